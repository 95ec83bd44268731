// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IRateBook, IRateMarket, JobCard, JobState, RateOutcome} from "../RateWorld.sol";
import {Test} from "../Test.sol";
import {IJobMarket, ISettlement, IStakeManager, ITestDollar, ITokenVault} from "../World.sol";
import {RateHandler} from "./RateHandler.sol";

/// @title The part of docs/INVARIANTS.md on metered jobs
/// forge-config: deep.invariant.runs = 200
contract RateInvariantsTest is Test {
    uint8 private constant FRAUD = 4;

    RateHandler private _handler;
    ITestDollar private _dollar;
    ITokenVault private _vault;
    IStakeManager private _stake;
    IJobMarket private _market;
    ISettlement private _settlement;
    IRateMarket private _rate;
    address private _court;

    function setUp() public {
        _handler = new RateHandler();
        (_dollar, _vault, _stake, _market, _settlement, _rate, _court) = _handler.contracts();
        targetContract(address(_handler));
        bytes4[] memory moves = new bytes4[](16);
        moves[0] = RateHandler.openSession.selector;
        moves[1] = RateHandler.rent.selector;
        moves[2] = RateHandler.topUp.selector;
        moves[3] = RateHandler.voucher.selector;
        moves[4] = RateHandler.checkpoint.selector;
        moves[5] = RateHandler.end.selector;
        moves[6] = RateHandler.stop.selector;
        moves[7] = RateHandler.close.selector;
        moves[8] = RateHandler.claim.selector;
        moves[9] = RateHandler.withdraw.selector;
        moves[10] = RateHandler.slash.selector;
        moves[11] = RateHandler.dispute.selector;
        moves[12] = RateHandler.rule.selector;
        moves[13] = RateHandler.expireDispute.selector;
        moves[14] = RateHandler.pass.selector;
        moves[15] = RateHandler.passWindow.selector;
        targetSelector(address(_handler), moves);
    }

    function invariant_meteredMoneyIsConserved() public view {
        uint256 sum = _vault.burned() + _vault.ledgerOf(address(_stake)) + _vault.ledgerOf(address(_market))
            + _vault.ledgerOf(address(_settlement)) + _vault.ledgerOf(address(_rate)) + _vault.ledgerOf(_court);
        for (uint256 i = 0; i < _handler.accountCount(); ++i) {
            sum += _vault.creditOf(_handler.accounts(i));
        }
        assertEq(sum, _dollar.balanceOf(address(_vault)));
    }

    function invariant_theRateMarketHoldsExactlyEveryEscrow() public view {
        uint256 escrow;
        for (uint256 i = 0; i < _handler.jobCount(); ++i) {
            (uint64 id,,) = _handler.jobAt(i);
            IRateBook.RateView memory shown = _rate.job(id);
            escrow += shown.funded - shown.paid;
        }
        assertEq(_vault.ledgerOf(address(_rate)), escrow);
    }

    /// @dev What verdicts moved lies in the JobMarket's ledger until it is claimed.
    function invariant_whatVerdictsMovedCoversEveryClaim() public view {
        uint256 owed;
        for (uint256 i = 0; i < _handler.accountCount(); ++i) {
            (uint256 waiting,) = _settlement.pendingOf(_handler.accounts(i));
            (uint256 ready,) = _settlement.claimableOf(_handler.accounts(i));
            owed += waiting + ready;
        }
        for (uint256 i = 0; i < _handler.jobCount(); ++i) {
            (uint64 id,, RateOutcome memory outcome) = _handler.jobAt(i);
            if (_rate.job(id).state == JobState.DISPUTED) owed += outcome.price;
        }
        assertEq(_vault.ledgerOf(address(_market)), owed);
    }

    function invariant_everyMeteredLockHasAReason() public view {
        for (uint256 p = 0; p < 2; ++p) {
            address provider = _handler.providerAt(p);
            (, uint256 reasons) = _settlement.pendingOf(provider);
            (, uint256 ready) = _settlement.claimableOf(provider);
            reasons += ready;
            for (uint256 i = 0; i < _handler.jobCount(); ++i) {
                (uint64 id, JobCard memory card, RateOutcome memory outcome) = _handler.jobAt(i);
                if (card.provider != provider) continue;
                IRateBook.RateView memory shown = _rate.job(id);
                reasons += shown.locked;
                if (shown.state == JobState.DISPUTED && outcome.code != FRAUD) {
                    reasons += _market.lockOf(outcome.price);
                }
            }
            (, uint96 locked,,) = _stake.stakeOf(provider);
            assertEq(locked, reasons);
        }
    }

    /// @dev A consumer is charged no more than he funded, nor than his vouchers and the verdicts say.
    function invariant_noJobIsChargedMoreThanWasSignedOrReported() public view {
        for (uint256 i = 0; i < _handler.jobCount(); ++i) {
            (uint64 id,,) = _handler.jobAt(i);
            uint96 paid = _rate.job(id).paid;
            assertLe(paid, _handler.ghostFunded(id));
            assertLe(paid, _handler.ghostSigned(id) + _handler.ghostByVerdictsEver(id));
        }
    }

    function invariant_noFlawedVoucherIsPaid() public view {
        assertEq(_handler.ghostBadVouchersPaid(), 0);
    }

    function invariant_aMeteredJobEndsOnce() public view {
        assertEq(_handler.ghostMovesAfterTheEnd(), 0);
    }

    function invariant_aMeteredSlashTakesItsOwnLockAndNoOther() public view {
        assertEq(_handler.ghostSlashesUnsound(), 0);
    }

    /// @dev After enough time a stranger alone brings every job to an end, and every module gives back all it holds.
    function afterInvariant() public {
        _handler.endEverything();
        for (uint256 i = 0; i < _handler.jobCount(); ++i) {
            (uint64 id,,) = _handler.jobAt(i);
            assertTrue(_rate.job(id).state >= JobState.FINAL, "no state without an exit");
        }
        assertEq(_vault.ledgerOf(address(_rate)), 0, "escrow left");
        assertEq(_vault.ledgerOf(address(_market)), 0, "buckets left");
        for (uint256 p = 0; p < 2; ++p) {
            (, uint96 locked,,) = _stake.stakeOf(_handler.providerAt(p));
            assertEq(locked, 0, "locks left");
        }
        invariant_meteredMoneyIsConserved();
        invariant_aMeteredJobEndsOnce();
        invariant_aMeteredSlashTakesItsOwnLockAndNoOther();
    }
}
