// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobCard, JobState, SkipReason} from "../interfaces/AssayTypes.sol";
import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {RateOutcome} from "../interfaces/IRateMarket.sol";
import {IStakeManager} from "../interfaces/IStakeManager.sol";
import {ITokenVault} from "../interfaces/ITokenVault.sol";
import {JobWord} from "../job/JobWord.sol";
import {PackedVerdicts} from "../libraries/PackedVerdicts.sol";
import {RateBook} from "./RateBook.sol";
import {RateDisputes} from "./RateDisputes.sol";

/// @title The part of RateMarket that is called into by `delegatecall`: verdicts, disputes and ways out
/// @notice Deployed by RateMarket's constructor; by itself it has no jobs and no rights.
contract RateExits is RateDisputes {
    using JobWord for uint256;

    constructor(Wiring memory wiring, Params memory params_) RateBook(wiring, params_) {}

    function reportVerdicts(uint64 epoch, bytes calldata verdicts, bytes calldata cards)
        external
        onlySettlement
        returns (Moved[] memory moved, uint256 wrongCards)
    {
        uint256 count = verdicts.length / PackedVerdicts.SIZE;
        moved = new Moved[](count);
        uint256 total = 0;
        for (uint256 i = 0; i < count; ++i) {
            PackedVerdicts.Verdict memory verdict = PackedVerdicts.read(verdicts, i);
            JobCard memory card = _cardAt(cards, i);
            uint256 binding = uint256(keccak256(cards[i * JobWord.CARD_BYTES:(i + 1) * JobWord.CARD_BYTES]));
            SkipReason reason = _reasonToSkip(epoch, verdict, uint176(binding), card.amount);
            if (reason != SkipReason.NONE) {
                if (reason == SkipReason.WRONG_CARD) wrongCards |= 1 << i;
                emit VerdictSkipped(verdict.jobId, reason);
                continue;
            }
            moved[i] = verdict.code == PackedVerdicts.CHECKPOINT ? _checkpoint(verdict, card) : _end(verdict, card);
            total += uint256(moved[i].paid) + moved[i].refunded;
        }
        if (total > 0) ITokenVault(vault).moveLedger(market, total);
    }

    function _checkpoint(PackedVerdicts.Verdict memory verdict, JobCard memory card)
        private
        returns (Moved memory moved)
    {
        Funds memory funds = _funds[verdict.jobId];
        uint96 delta = verdict.paid - funds.paid;
        uint96 lock = _lockOf(delta);
        moved = Moved(card.consumer, card.provider, delta, 0, lock, delta);
        funds.paid = verdict.paid;
        funds.checkpoints += 1;
        _funds[verdict.jobId] = funds;
        _jobs[verdict.jobId] = _jobs[verdict.jobId].withState(JobState.CHECKPOINTED);
        _hold(verdict, moved, false, _held[verdict.jobId].locked - lock);
    }

    /// @dev All that is left moves: pay, and the rest back. The lock goes with it, or stays for `slash`.
    function _end(PackedVerdicts.Verdict memory verdict, JobCard memory card) private returns (Moved memory moved) {
        Funds memory funds = _funds[verdict.jobId];
        uint96 price = funds.funded - funds.paid;
        uint96 pay = _pays(verdict.code) ? verdict.paid - funds.paid : 0;
        uint96 lock = _lockOf(price);
        bool fraud = verdict.code == PackedVerdicts.FRAUD;
        moved = Moved(card.consumer, card.provider, pay, price - pay, fraud ? 0 : lock, price);
        uint96 spare = _held[verdict.jobId].locked - lock;
        funds.paid += pay;
        funds.funded = funds.paid;
        _funds[verdict.jobId] = funds;
        _jobs[verdict.jobId] = _jobs[verdict.jobId].withState(JobState.REPORTED);
        _release(card.deviceIndex);
        _hold(verdict, moved, true, fraud ? lock : 0);
        if (spare > 0) IStakeManager(stake).unlock(card.provider, spare);
    }

    function _hold(PackedVerdicts.Verdict memory verdict, Moved memory moved, bool last, uint96 locked) private {
        uint40 until = uint40(block.timestamp) + IJobMarket(market).challengeWindowOf(moved.value);
        RateOutcome memory outcome = RateOutcome(verdict.code, moved.paid, moved.value, verdict.resultHash, until, last);
        _held[verdict.jobId] = Held(locked, until, _shownOf(outcome));
        emit RateVerdict(
            verdict.jobId,
            verdict.code,
            moved.paid,
            moved.refunded,
            until,
            verdict.resultHash,
            _funds[verdict.jobId].paid
        );
    }

    function _reasonToSkip(uint64 epoch, PackedVerdicts.Verdict memory verdict, uint176 binding, uint96 price)
        private
        view
        returns (SkipReason)
    {
        uint64 jobId = verdict.jobId;
        uint256 word = _jobs[jobId];
        if (word == 0) return SkipReason.UNKNOWN_JOB;
        if (!_isRunning(word) || word.has(SESSION)) return SkipReason.NOT_REPORTABLE;
        if (word.epochOf() != epoch) return SkipReason.OTHER_EPOCH;
        Funds memory funds = _funds[jobId];
        if (block.timestamp > _closesAt(jobId, word, funds.funded)) return SkipReason.PAST_DEADLINE;
        if (verdict.code < PackedVerdicts.OK || verdict.code > PackedVerdicts.INCONCLUSIVE) {
            return SkipReason.UNKNOWN_CODE;
        }
        if (word.bindingOf() != binding) return SkipReason.WRONG_CARD;
        // The next checkpoint waits for the end of the last one's window: so each can be disputed for itself.
        if (verdict.code == PackedVerdicts.CHECKPOINT) {
            if (word.stateOf() == JobState.CHECKPOINTED && block.timestamp <= _held[jobId].until) {
                return SkipReason.NOT_REPORTABLE;
            }
            if (funds.checkpoints == CHECKPOINTS_MAX) return SkipReason.NOT_REPORTABLE;
        }
        if (!_isRightAmount(verdict, funds, word.deadlineOf(), price)) return SkipReason.WRONG_AMOUNT;
        return SkipReason.NONE;
    }

    /// @dev What pays, pays no more than there is, than the time that has passed is worth, and never takes back.
    function _isRightAmount(PackedVerdicts.Verdict memory verdict, Funds memory funds, uint40 runUntil, uint96 price)
        private
        view
        returns (bool)
    {
        bool checkpoint = verdict.code == PackedVerdicts.CHECKPOINT;
        if (!checkpoint && !_pays(verdict.code)) return verdict.paid == 0;
        uint256 ran = (block.timestamp < runUntil ? block.timestamp : runUntil) - funds.startedAt;
        // What the consumer's vouchers paid ahead of time is paid.
        if (verdict.paid > funds.funded || (verdict.paid > ran * price && verdict.paid > funds.paid)) return false;
        return checkpoint ? verdict.paid > funds.paid : verdict.paid >= funds.paid;
    }

    /// @dev Without its terms, which nothing here reads.
    function _cardAt(bytes calldata cards, uint256 i) private pure returns (JobCard memory card) {
        uint256 parties;
        uint256 provider;
        uint256 tail;
        assembly ("memory-safe") {
            let start := add(cards.offset, mul(i, 89))
            parties := calldataload(add(start, 32))
            provider := calldataload(add(start, 52))
            tail := calldataload(add(start, 57))
        }
        card.consumer = address(uint160(parties >> 96));
        card.provider = address(uint160(provider >> 96));
        card.deviceIndex = uint40(tail >> 96);
        card.amount = uint96(tail);
    }
}
