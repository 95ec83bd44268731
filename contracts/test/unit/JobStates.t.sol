// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISettledMarket} from "../../src/interfaces/ISettledMarket.sol";
import {IOracleStake, OracleWorld} from "../OracleWorld.sol";
import {IJobBook, ITokenVault, JobState} from "../World.sol";

/// @title Refusals that no other test reaches: disputes of what is not reported, nothing, nobody
contract JobStatesTest is OracleWorld {
    function test_disputedJob_refusesAJobWithoutAVerdict() public {
        Job memory made = _running();
        bytes memory shown = abi.encode(made.id, cards[made.id], uint8(1), uint96(0), bytes32(0), uint40(0));
        vm.expectRevert(abi.encodeWithSelector(IJobBook.WrongState.selector, made.id, JobState.RUNNING));
        ISettledMarket(address(market)).disputedJob(shown);
    }

    function test_disputedJob_refusesAnotherOutcome() public {
        Job memory made = _settled(OK, PRICE);
        bytes memory shown = abi.encode(made.id, cards[made.id], uint8(OK), uint96(PRICE - 1), bytes32(0), uint40(0));
        vm.expectRevert(abi.encodeWithSelector(IJobBook.WrongBinding.selector, made.id));
        ISettledMarket(address(market)).disputedJob(shown);
    }

    function test_addStake_refusesNothing() public {
        _bond(oracles[0], BOND);
        vm.prank(operator.addr);
        vm.expectRevert(IOracleStake.ZeroAmount.selector);
        oracleStake.addStake(oracles[0].addr, 0);
    }

    function test_giveCredit_refusesNobody() public {
        vm.prank(address(market));
        vm.expectRevert(ITokenVault.ZeroAddress.selector);
        vault.giveCredit(address(0), 1);
    }

    function test_resumeNewJobs_whereNothingIsPausedChangesNothing() public {
        vm.prank(governor.addr);
        market.resumeNewJobs();
        _running();
    }

    function test_anOracleThatTakesOutAPartStaysRegistered() public {
        Account memory candidate = account("candidate");
        _bond(candidate, 2 * BOND);
        vm.startPrank(operator.addr);
        oracleStake.requestUnbonding(candidate.addr, BOND);
        skip(UNBONDING_S);
        oracleStake.withdraw(candidate.addr);
        vm.stopPrank();
        (address owner, uint96 staked,,,) = oracleStake.bondOf(candidate.addr);
        assertEq(owner, operator.addr);
        assertEq(staked, BOND);
        assertEq(oracleStake.oracleCount(), 1);
    }
}
