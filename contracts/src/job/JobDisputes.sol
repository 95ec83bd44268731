// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobCard, JobOutcome, JobState} from "../interfaces/AssayTypes.sol";
import {DisputedJob} from "../interfaces/IDisputable.sol";
import {ISettledMarket} from "../interfaces/ISettledMarket.sol";
import {PackedVerdicts} from "../libraries/PackedVerdicts.sol";
import {JobBook} from "./JobBook.sol";
import {JobWord} from "./JobWord.sol";

/// @title What a dispute does to a job: documented on ISettledMarket
abstract contract JobDisputes is JobBook, ISettledMarket {
    using JobWord for uint256;

    function disputedJob(bytes calldata shown) external view returns (DisputedJob memory) {
        (uint64 jobId, JobCard memory card, JobOutcome memory outcome) = _read(shown);
        uint256 word = _jobs[jobId];
        JobState state = word.stateOf();
        if (state != JobState.REPORTED && state != JobState.DISPUTED) revert WrongState(jobId, state);
        if (word.bindingOf() != JobWord.bindingOf(card, outcome)) revert WrongBinding(jobId);
        if (state == JobState.REPORTED && block.timestamp > word.deadlineOf()) state = JobState.FINAL;
        return _describe(jobId, state, word, card, outcome);
    }

    function openDispute(bytes calldata shown, uint40 resolveUntil)
        external
        onlySettlement
        returns (DisputedJob memory)
    {
        (uint64 jobId, JobCard memory card, JobOutcome memory outcome) = _read(shown);
        uint256 word = _loadReported(jobId, card, outcome, JobState.REPORTED);
        _requireInTime(word.deadlineOf());
        if (resolveUntil <= outcome.challengeUntil) revert ResolveTooEarly(resolveUntil, outcome.challengeUntil);
        _jobs[jobId] = word.withState(JobState.DISPUTED).withDeadline(resolveUntil);
        return _describe(jobId, JobState.DISPUTED, word, card, outcome);
    }

    function resolveDispute(bytes calldata shown, uint8 code, uint96 paid, bool overdue)
        external
        onlySettlement
        returns (DisputedJob memory)
    {
        (uint64 jobId, JobCard memory card, JobOutcome memory outcome) = _read(shown);
        uint256 word = _loadReported(jobId, card, outcome, JobState.DISPUTED);
        if (overdue) {
            if (block.timestamp <= word.deadlineOf()) revert DeadlineNotPassed(block.timestamp, word.deadlineOf());
            (code, paid) = (outcome.code, outcome.paid);
        }
        uint256 flags = code == PackedVerdicts.FRAUD ? JobWord.FRAUD : 0;
        if (code != outcome.code || paid != outcome.paid) {
            if (!PackedVerdicts.isKnownCode(code) || !PackedVerdicts.isRightAmount(code, paid, card.amount)) {
                revert WrongRuling(code, paid);
            }
            (outcome.code, outcome.paid, outcome.challengeUntil) = (code, paid, uint40(block.timestamp) - 1);
            if (flags != 0) flags |= JobWord.SLASHED;
        }
        _jobs[jobId] = JobWord.pack(
            JobState.REPORTED, flags, outcome.challengeUntil, word.epochOf(), JobWord.bindingOf(card, outcome)
        );
        return _describe(jobId, JobState.REPORTED, word, card, outcome);
    }

    function _read(bytes calldata shown) private pure returns (uint64, JobCard memory, JobOutcome memory) {
        return abi.decode(shown, (uint64, JobCard, JobOutcome));
    }

    function _describe(uint64 jobId, JobState state, uint256 word, JobCard memory card, JobOutcome memory outcome)
        private
        pure
        returns (DisputedJob memory)
    {
        return DisputedJob({
            jobId: jobId,
            state: state,
            code: outcome.code,
            paid: outcome.paid,
            price: card.amount,
            consumer: card.consumer,
            provider: card.provider,
            deviceIndex: card.deviceIndex,
            epoch: word.epochOf(),
            challengeUntil: outcome.challengeUntil
        });
    }
}
