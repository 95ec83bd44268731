// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Test} from "../Test.sol";
import {
    IJobBook,
    IJobMarket,
    ISettlement,
    IStakeManager,
    ITestDollar,
    ITokenVault,
    JobCard,
    JobState
} from "../World.sol";
import {Handler} from "./Handler.sol";

/// @title docs/INVARIANTS.md, one function each
/// @notice Deep runs: eight functions, 500 sequences of 256 moves each, more than a million moves.
/// forge-config: deep.invariant.runs = 500
contract InvariantsTest is Test {
    Handler private _handler;
    ITestDollar private _dollar;
    ITokenVault private _vault;
    IStakeManager private _stake;
    IJobMarket private _market;
    ISettlement private _settlement;

    function setUp() public {
        _handler = new Handler();
        (_dollar, _vault, _stake, _market, _settlement) = _handler.contracts();
        targetContract(address(_handler));
        bytes4[] memory moves = new bytes4[](26);
        moves[0] = Handler.deposit.selector;
        moves[1] = Handler.withdraw.selector;
        moves[2] = Handler.donate.selector;
        moves[3] = Handler.stakeMore.selector;
        moves[4] = Handler.requestUnbonding.selector;
        moves[5] = Handler.endUnbonding.selector;
        moves[6] = Handler.fund.selector;
        moves[7] = Handler.join.selector;
        moves[8] = Handler.accept.selector;
        moves[9] = Handler.postCommit.selector;
        moves[10] = Handler.fail.selector;
        moves[11] = Handler.cancel.selector;
        moves[12] = Handler.report.selector;
        moves[13] = Handler.claim.selector;
        moves[14] = Handler.slash.selector;
        moves[15] = Handler.expire.selector;
        moves[16] = Handler.retry.selector;
        moves[17] = Handler.pass.selector;
        moves[18] = Handler.passDays.selector;
        moves[19] = Handler.run.selector;
        moves[20] = Handler.reportWithAWrongCard.selector;
        moves[21] = Handler.dispute.selector;
        moves[22] = Handler.rule.selector;
        moves[23] = Handler.expireDispute.selector;
        moves[24] = Handler.openAccepted.selector;
        moves[25] = Handler.openBatch.selector;
        targetSelector(address(_handler), moves);
    }

    /// @dev Credits + ledgers + burned = what the vault holds, less what was sent to it unasked.
    function invariant_moneyIsConserved() public view {
        uint256 sum = _vault.burned() + _vault.ledgerOf(address(_stake)) + _vault.ledgerOf(address(_market))
            + _vault.ledgerOf(address(_settlement));
        for (uint256 i = 0; i < _handler.accountCount(); ++i) {
            sum += _vault.creditOf(_handler.accounts(i));
        }
        assertEq(sum + _handler.ghostDonated(), _dollar.balanceOf(address(_vault)));
    }

    /// @dev The market's ledger is the sum of the amounts of unfinished jobs, of disputed ones, and of all buckets.
    function invariant_escrowCoversEveryOpenJobAndEveryClaim() public view {
        uint256 open;
        uint256 owed;
        for (uint256 i = 0; i < _handler.jobCount(); ++i) {
            JobState state = _market.job(_handler.jobIdAt(i)).state;
            if (state < JobState.REPORTED) open += _handler.cardAt(i).amount;
            if (state == JobState.DISPUTED) owed += _handler.cardAt(i).amount;
        }
        for (uint256 i = 0; i < _handler.accountCount(); ++i) {
            address account = _handler.accounts(i);
            (uint256 waiting,) = _settlement.pendingOf(account);
            (uint256 ready,) = _settlement.claimableOf(account);
            owed += waiting + ready;
        }
        assertEq(_vault.ledgerOf(address(_market)), open + owed);
        assertEq(_handler.ghostEscrowIn() - _handler.ghostEscrowOut(), open);
        assertEq(_vault.ledgerOf(address(_settlement)), 0, "it holds nothing");
    }

    function invariant_aWrongCardMovesNothing() public view {
        assertEq(_handler.ghostMovesByAWrongCard(), 0);
    }

    /// @dev The IStakeManager's ledger is the sum of all stakes, unbonding included.
    function invariant_stakeLedgerIsTheSumOfStakes() public view {
        uint256 sum;
        for (uint256 i = 0; i < 2; ++i) {
            (uint96 staked,,,) = _stake.stakeOf(_handler.providerAt(i));
            sum += staked;
        }
        (uint256 toBurn, uint256 toInsurance) = _stake.slashedNotFlushed();
        assertEq(_vault.ledgerOf(address(_stake)), sum + toBurn + toInsurance);
    }

    function invariant_lockedAndUnbondingNeverExceedTheStake() public view {
        for (uint256 i = 0; i < 2; ++i) {
            (uint96 staked, uint96 locked, uint96 unbonding,) = _stake.stakeOf(_handler.providerAt(i));
            assertLe(uint256(locked) + unbonding, staked);
        }
    }

    /// @dev Locked stake is exactly that of running, committed and unslashed fraudulent jobs, and of buckets.
    function invariant_everyLockHasAReason() public view {
        for (uint256 p = 0; p < 2; ++p) {
            address provider = _handler.providerAt(p);
            (, uint256 reasons) = _settlement.pendingOf(provider);
            (, uint256 ready) = _settlement.claimableOf(provider);
            reasons += ready;
            for (uint256 i = 0; i < _handler.jobCount(); ++i) {
                IJobBook.JobView memory job = _market.job(_handler.jobIdAt(i));
                JobCard memory card = _handler.cardAt(i);
                bool open = job.state == JobState.RUNNING || job.state == JobState.COMMITTED;
                bool waits = job.state == JobState.DISPUTED || (job.fraud && !job.slashed);
                if (card.provider == provider && (open || waits)) reasons += _market.lockOf(card.amount);
            }
            (, uint96 locked,,) = _stake.stakeOf(provider);
            assertEq(locked, reasons);
        }
    }

    function invariant_aJobEndsOnce() public view {
        assertEq(_handler.ghostMovesAfterTheEnd(), 0);
    }

    function invariant_aSlashNeverExceedsTheStakeOrTouchesAnothersLock() public view {
        assertEq(_handler.ghostSlashesAboveStake(), 0);
    }

    /// @dev After enough time a stranger alone brings every job to an end, and every module gives back all it holds.
    function afterInvariant() public {
        _handler.endEverything();
        for (uint256 i = 0; i < _handler.jobCount(); ++i) {
            JobState state = _market.job(_handler.jobIdAt(i)).state;
            assertTrue(state >= JobState.FINAL, "no state without an exit");
        }
        assertEq(_vault.ledgerOf(address(_market)), 0, "escrow or buckets left");
        for (uint256 i = 0; i < 2; ++i) {
            (, uint96 locked,,) = _stake.stakeOf(_handler.providerAt(i));
            assertEq(locked, 0, "locks left");
        }
        invariant_moneyIsConserved();
        invariant_aJobEndsOnce();
        invariant_aSlashNeverExceedsTheStakeOrTouchesAnothersLock();
    }
}
