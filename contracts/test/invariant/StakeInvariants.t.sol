// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Test} from "../Test.sol";
import {IStakeManager, ITestDollar, ITokenVault} from "../World.sol";
import {StakeHandler} from "./StakeHandler.sol";

/// @title What must stay true of stake; docs/INVARIANTS.md lists these sentences
contract StakeInvariantsTest is Test {
    StakeHandler private _handler;
    ITestDollar private _dollar;
    ITokenVault private _vault;
    IStakeManager private _stake;

    function setUp() public {
        _handler = new StakeHandler();
        (_dollar, _vault, _stake) = _handler.contracts();
        targetContract(address(_handler));
        bytes4[] memory moves = new bytes4[](16);
        moves[0] = StakeHandler.stakeMore.selector;
        moves[1] = StakeHandler.requestUnbonding.selector;
        moves[2] = StakeHandler.cancelUnbonding.selector;
        moves[3] = StakeHandler.withdrawUnbonded.selector;
        moves[4] = StakeHandler.delegate.selector;
        moves[5] = StakeHandler.undelegate.selector;
        moves[6] = StakeHandler.withdrawUndelegated.selector;
        moves[7] = StakeHandler.reward.selector;
        moves[8] = StakeHandler.announceCommission.selector;
        moves[9] = StakeHandler.lock.selector;
        moves[10] = StakeHandler.unlock.selector;
        moves[11] = StakeHandler.penalise.selector;
        moves[12] = StakeHandler.slash.selector;
        moves[13] = StakeHandler.flushSlashed.selector;
        moves[14] = StakeHandler.pass.selector;
        moves[15] = StakeHandler.setUnbondingDelay.selector;
        targetSelector(address(_handler), moves);
    }

    function invariant_creditsLedgersAndBurnedAreAllTheMoney() public view {
        uint256 sum = _vault.burned() + _vault.ledgerOf(address(_stake));
        for (uint256 i = 0; i < _handler.accountCount(); ++i) {
            sum += _vault.creditOf(_handler.accounts(i));
        }
        assertEq(sum, _dollar.balanceOf(address(_vault)));
    }

    function invariant_stakeLedgerIsAllStakesAndWhatWasSlashed() public view {
        (uint256 sum, uint256 toInsurance) = _stake.slashedNotFlushed();
        sum += toInsurance;
        for (uint256 i = 0; i < 2; ++i) {
            (uint96 staked,,,) = _stake.stakeOf(_handler.providers(i));
            (, uint96 delegated, uint96 leaving,) = _stake.backingOf(_handler.providers(i));
            sum += uint256(staked) + delegated + leaving;
        }
        assertEq(_vault.ledgerOf(address(_stake)), sum);
    }

    function invariant_sharesAreNeverWorthMoreThanTheirPool() public view {
        for (uint256 i = 0; i < 2; ++i) {
            address provider = _handler.providers(i);
            (, uint96 delegated, uint96 leaving,) = _stake.backingOf(provider);
            uint256 worth;
            uint256 worthLeaving;
            for (uint256 k = 0; k < 3; ++k) {
                (, uint96 held, uint96 left,) = _stake.delegationOf(provider, _handler.delegators(k));
                worth += held;
                worthLeaving += left;
            }
            assertLe(worth, delegated, "delegated");
            assertLe(worthLeaving, leaving, "leaving");
        }
    }

    /// @dev Nothing counts twice as bond, and delegators' money only beside the provider's own.
    function invariant_bondIsCoveredByOwnStakeAndDelegators() public view {
        for (uint256 i = 0; i < 2; ++i) {
            (uint96 self, uint96 delegated,, uint96 bond) = _stake.backingOf(_handler.providers(i));
            uint256 counted = delegated < 4 * uint256(self) ? delegated : 4 * uint256(self);
            assertEq(bond, self + counted);
        }
    }

    function invariant_locksAreThoseOfOpenJobs() public view {
        for (uint256 i = 0; i < 2; ++i) {
            address provider = _handler.providers(i);
            (, uint96 locked,,) = _stake.stakeOf(provider);
            assertEq(locked, _handler.lockedOf(provider));
        }
    }

    /// @dev Unbonding, matured, delegated, leaving: it takes what was asked, or all but other jobs' locks.
    function invariant_aSlashReachesAllThatHasNotLeft() public view {
        assertEq(_handler.ghostSlashesTooSmall(), 0);
    }

    function invariant_slashesPayOutLessThanTheProvidersOwnLoss() public view {
        uint256 paid = _handler.ghostPaidOutOfSlashes();
        assertLe(4 * paid, 3 * _handler.ghostOwnStakeSlashed() + 4 * _handler.moves());
    }

    /// @dev Provider, victim, challenger and delegator in one person, among honest ones, with every verdict he likes. A
    /// unit of rounding a move is not his to keep, but may pass through.
    function invariant_whoPlaysSeveralPartsNeverGains() public view {
        (uint256 putIn, uint256 has) = _handler.cheat();
        assertLe(has, putIn + _handler.moves());
    }

    /// @dev When all locks are free and all have left, nothing is in the contract but rounding and the virtual shares'
    /// part of rewards.
    function afterInvariant() public {
        _handler.endEverything();
        uint256 most = 20 * _handler.moves() + _handler.ghostRewards() / 1e5;
        assertLe(_vault.ledgerOf(address(_stake)), most, "left behind");
        invariant_creditsLedgersAndBurnedAreAllTheMoney();
        invariant_whoPlaysSeveralPartsNeverGains();
    }
}
