// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobCard, JobState, ShownJob} from "../interfaces/AssayTypes.sol";
import {IJobEntry} from "../interfaces/IJobMarket.sol";
import {IStakeManager} from "../interfaces/IStakeManager.sol";
import {Bps} from "../libraries/Bps.sol";
import {Faults} from "../libraries/Faults.sol";
import {JobBook} from "./JobBook.sol";
import {JobWord} from "./JobWord.sol";

/// @title The defaults when nobody moves
abstract contract JobExpiring is JobBook, IJobEntry {
    using JobWord for uint256;

    function expire(ShownJob[] calldata jobs) external {
        for (uint256 i = 0; i < jobs.length; ++i) {
            _expire(jobs[i].jobId, jobs[i].card);
        }
    }

    function _expire(uint64 jobId, JobCard calldata card) private {
        uint256 word = _load(jobId, card);
        JobState from = word.stateOf();
        uint40 deadline = word.deadlineOf();
        if (from == JobState.FUNDED) {
            _requireExpired(deadline);
            _endUnaccepted(jobId, word, card);
        } else if (from == JobState.ASSIGNED) {
            // Others wait, so that `retry` comes first; the consumer may do without it.
            bool waits = word.has(JobWord.RETRYABLE) && msg.sender != card.consumer;
            _requireExpired(waits ? uint256(deadline) + RETRY_GRACE_S : deadline);
            _release(card.deviceIndex);
            _endUnaccepted(jobId, word, card);
        } else if (from == JobState.RUNNING) {
            _requireExpired(deadline);
            _endWithPenalty(jobId, word, card);
        } else if (from == JobState.COMMITTED) {
            _requireExpired(deadline);
            _extendOrEnd(jobId, word, card);
        } else {
            revert WrongState(jobId, from);
        }
    }

    function _endUnaccepted(uint64 jobId, uint256 word, JobCard calldata card) private {
        emit JobExpired(jobId, word.stateOf());
        _jobs[jobId] = word.withState(JobState.EXPIRED);
        _refund(jobId, card.consumer, card.amount);
    }

    function _endWithPenalty(uint64 jobId, uint256 word, JobCard calldata card) private {
        emit JobExpired(jobId, JobState.RUNNING);
        _jobs[jobId] = word.withState(JobState.REFUNDED);
        _release(card.deviceIndex);
        uint96 penalty = Bps.down(card.amount, PENALTY_BPS);
        (uint96 taken, uint96 insured) = IStakeManager(stake).penalise(card.provider, _lockOf(card.amount), penalty);
        if (taken > 0) emit JobPenalised(jobId, card.provider, taken);
        Faults.note(IStakeManager(stake).insurance(), jobId, card.consumer, insured);
        _refund(jobId, card.consumer, card.amount);
    }

    function _extendOrEnd(uint64 jobId, uint256 word, JobCard calldata card) private {
        if (word.has(JobWord.EXTENDED)) {
            emit JobExpired(jobId, JobState.COMMITTED);
            _endWithoutPenalty(jobId, word, card);
        } else {
            // From the old deadline, not from now: whoever calls late must not prolong it.
            uint40 extended = word.deadlineOf() + REPORT_EXTENSION_S;
            _jobs[jobId] = (word | JobWord.EXTENDED).withDeadline(extended);
            emit ReportTimeExtended(jobId, extended);
        }
    }
}
