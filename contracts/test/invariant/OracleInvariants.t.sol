// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IOracleStake} from "../../src/interfaces/IOracleStake.sol";
import {Test} from "../Test.sol";
import {IOracleCommittee, ITestDollar, ITokenVault} from "../World.sol";
import {OracleHandler} from "./OracleHandler.sol";

/// @title What stays true of committees and their stake (docs/INVARIANTS.md)
contract OracleInvariantsTest is Test {
    OracleHandler private handler;
    ITokenVault private vault;
    IOracleCommittee private committee;
    IOracleStake private oracleStake;
    ITestDollar private dollar;

    function setUp() public {
        handler = new OracleHandler();
        (address v, address c, address s, address d,) = handler.world();
        vault = ITokenVault(v);
        committee = IOracleCommittee(c);
        oracleStake = IOracleStake(s);
        dollar = ITestDollar(d);
        bytes4[] memory moves = new bytes4[](14);
        moves[0] = handler.register.selector;
        moves[1] = handler.addStake.selector;
        moves[2] = handler.requestUnbonding.selector;
        moves[3] = handler.endUnbonding.selector;
        moves[4] = handler.resign.selector;
        moves[5] = handler.drop.selector;
        moves[6] = handler.prove.selector;
        moves[7] = handler.rotate.selector;
        moves[8] = handler.report.selector;
        moves[9] = handler.replay.selector;
        moves[10] = handler.fundPay.selector;
        moves[11] = handler.pay.selector;
        moves[12] = handler.passTime.selector;
        moves[13] = handler.penalise.selector;
        targetContract(address(handler));
        targetSelector(address(handler), moves);
    }

    function invariant_oracleLedgerIsTheSumOfStakes() public view {
        uint256 sum = 0;
        for (uint256 i = 0; i < handler.keyCount(); ++i) {
            (, uint96 staked,,,) = oracleStake.bondOf(handler.keyAt(i));
            sum += staked;
        }
        assertEq(vault.ledgerOf(address(oracleStake)), sum);
    }

    function invariant_oracleUnbondingNeverExceedsTheStake() public view {
        for (uint256 i = 0; i < handler.keyCount(); ++i) {
            (, uint96 staked, uint96 unbonding, uint40 availableAt,) = oracleStake.bondOf(handler.keyAt(i));
            assertLe(unbonding, staked);
            assertEq(unbonding == 0, availableAt == 0);
        }
    }

    function invariant_aPunishedKeyHasNoStakeAndSignsNothing() public view {
        for (uint256 i = 0; i < handler.keyCount(); ++i) {
            address key = handler.keyAt(i);
            (address owner, uint96 staked,,, bool punished) = oracleStake.bondOf(key);
            if (!punished) continue;
            assertEq(staked, 0);
            assertEq(owner, address(0));
        }
    }

    /// @dev Every quorum of the current committee passes exactly when it has three of four and no removed key.
    function invariant_noRemovedKeySigns() public view {
        uint64 epoch = committee.currentEpoch();
        for (uint256 mask = 7; mask < 16; ++mask) {
            uint256 signers = 0;
            bool removed = false;
            for (uint256 i = 0; i < 4; ++i) {
                if ((mask >> i) & 1 == 0) continue;
                ++signers;
                if (committee.isRemoved(handler.seatOf(epoch, i))) removed = true;
            }
            assertEq(handler.passes(mask), signers == 3 && !removed);
        }
    }

    /// @dev Each report that was new gave three points, whatever was submitted again.
    function invariant_everyPointIsOfOneReport() public view {
        for (uint64 epoch = committee.oldestEpoch(); epoch <= committee.currentEpoch(); ++epoch) {
            uint64[] memory points = committee.pointsOf(epoch);
            uint256 sum = 0;
            for (uint256 i = 0; i < points.length; ++i) {
                sum += points[i];
                assertLe(oracleStake.paidPointsOf(epoch, i), points[i], "paid at most once");
            }
            assertEq(sum, 3 * handler.ghostReports(epoch));
        }
    }

    function invariant_oraclePayNeverTouchesStake() public view {
        uint256 left = vault.creditOf(address(oracleStake));
        assertLe(left, handler.ghostFunds());
    }

    function invariant_oracleMoneyIsConserved() public view {
        address[] memory others = new address[](5);
        (,,,, others[0]) = handler.world();
        others[1] = address(oracleStake);
        others[2] = _addressOf("stranger");
        others[3] = _addressOf("insurance");
        others[4] = _addressOf("consumer");
        uint256 sum = vault.burned() + vault.ledgerOf(address(oracleStake)) + vault.ledgerOf(vault.stake());
        for (uint256 i = 0; i < others.length; ++i) {
            sum += vault.creditOf(others[i]);
        }
        for (uint256 i = 0; i < handler.keyCount(); ++i) {
            sum += vault.creditOf(handler.keyAt(i)); // paid to keys without an operator
        }
        assertEq(sum, dollar.balanceOf(address(vault)));
    }

    function _addressOf(string memory name) private pure returns (address) {
        return vm.addr(uint256(keccak256(bytes(name))));
    }
}
