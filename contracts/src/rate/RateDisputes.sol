// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobCard, JobState} from "../interfaces/AssayTypes.sol";
import {DisputedJob} from "../interfaces/IDisputable.sol";
import {RateOutcome} from "../interfaces/IRateMarket.sol";
import {IMeteredMarket} from "../interfaces/ISettledMarket.sol";
import {IStakeManager} from "../interfaces/IStakeManager.sol";
import {JobWord} from "../job/JobWord.sol";
import {Faults} from "../libraries/Faults.sol";
import {PackedVerdicts} from "../libraries/PackedVerdicts.sol";
import {RateEnding} from "./RateEnding.sol";

/// @title What a fraud and a dispute do to a metered job: documented on ISettledMarket
/// @notice Disputed is the last verdict, and what it moved: `price` is that, not the escrow. A CHECKPOINT is an OK of
/// what it paid. Overturning one ends the job: what had not been moved goes back at once.
/// `shown` = abi.encode(uint64 jobId, JobCard card, RateOutcome outcome).
abstract contract RateDisputes is RateEnding, IMeteredMarket {
    using JobWord for uint256;

    /// @dev What `shown` decodes to; read where it lies.
    struct Shown {
        uint64 jobId;
        JobCard card;
        RateOutcome outcome;
    }

    uint256 private constant SHOWN_BYTES = 12 * 32;
    uint256 private constant OUTCOME_BYTES = 6 * 32;

    modifier onlySettlement() {
        if (msg.sender != settlement) revert NotSettlement(msg.sender, settlement);
        _;
    }

    function disputedJob(bytes calldata shown) external view returns (DisputedJob memory) {
        Shown calldata s = _read(shown);
        uint256 word = _loadShown(s.jobId, s.card, s.outcome);
        JobState state = JobState.REPORTED;
        if (word.stateOf() == JobState.DISPUTED) state = JobState.DISPUTED;
        else if (block.timestamp > _held[s.jobId].until) state = JobState.FINAL;
        return _describe(s, state, word);
    }

    function openDispute(bytes calldata shown, uint40 resolveUntil)
        external
        onlySettlement
        returns (DisputedJob memory)
    {
        Shown calldata s = _read(shown);
        uint256 word = _loadShown(s.jobId, s.card, s.outcome);
        JobState state = word.stateOf();
        uint40 until = s.outcome.challengeUntil;
        if (state != JobState.CHECKPOINTED && state != JobState.REPORTED) revert WrongState(s.jobId, state);
        if (block.timestamp > until) revert DeadlinePassed(block.timestamp, until);
        if (resolveUntil <= until) revert ResolveTooEarly(resolveUntil, until);
        _jobs[s.jobId] = word.withState(JobState.DISPUTED);
        _held[s.jobId].until = resolveUntil;
        return _describe(s, JobState.DISPUTED, word);
    }

    function resolveDispute(bytes calldata shown, uint8 code, uint96 paid, bool overdue)
        external
        onlySettlement
        returns (DisputedJob memory job_)
    {
        Shown calldata s = _read(shown);
        uint256 word = _loadShown(s.jobId, s.card, s.outcome);
        if (word.stateOf() != JobState.DISPUTED) revert WrongState(s.jobId, word.stateOf());
        uint40 until = _held[s.jobId].until;
        if (overdue && block.timestamp <= until) revert DeadlineNotPassed(block.timestamp, until);
        job_ = _describe(s, JobState.REPORTED, word);
        if (overdue || (code == job_.code && paid == job_.paid)) {
            _held[s.jobId].until = job_.challengeUntil;
            _jobs[s.jobId] = word.withState(s.outcome.last ? JobState.REPORTED : JobState.CHECKPOINTED);
        } else {
            (job_.code, job_.paid, job_.challengeUntil) = (code, paid, uint40(block.timestamp) - 1);
            _overturn(s, word, job_);
        }
    }

    function takeFraud(bytes calldata shown) external onlySettlement returns (DisputedJob memory) {
        Shown calldata s = _read(shown);
        uint64 jobId = s.jobId;
        uint256 word = _loadShown(jobId, s.card, s.outcome);
        if (word.stateOf() != JobState.REPORTED) revert WrongState(jobId, word.stateOf());
        if (s.outcome.code != PackedVerdicts.FRAUD) revert NotFraud(jobId);
        if (block.timestamp <= s.outcome.challengeUntil) {
            revert DeadlineNotPassed(block.timestamp, s.outcome.challengeUntil);
        }
        if (_held[jobId].locked == 0) revert AlreadySlashed(jobId);
        _held[jobId].locked = 0;
        return _describe(s, JobState.FINAL, word);
    }

    /// @dev The outcome that is shown from here on is `ruled`, final at once, and the last.
    function _overturn(Shown calldata s, uint256 word, DisputedJob memory ruled) private {
        uint64 jobId = s.jobId;
        if (
            !PackedVerdicts.isKnownCode(ruled.code)
                || !PackedVerdicts.isRightAmount(ruled.code, ruled.paid, ruled.price)
        ) revert WrongRuling(ruled.code, ruled.paid);
        uint96 locked = _held[jobId].locked;
        bytes32 resultHash = s.outcome.resultHash;
        _held[jobId] = Held(
            0,
            ruled.challengeUntil,
            _shownOf(RateOutcome(ruled.code, ruled.paid, ruled.price, resultHash, ruled.challengeUntil, true))
        );
        _jobs[jobId] = word.withState(JobState.REPORTED);
        // A fraud's lock is handed to Settlement, which frees it with the pay.
        if (s.outcome.last) return;
        if (ruled.code == PackedVerdicts.FRAUD && locked > 0) {
            _penalise(jobId, s.card, locked);
            locked = 0;
        }
        _endEscrow(jobId, s.card, _funds[jobId], locked);
    }

    function _penalise(uint64 jobId, JobCard calldata card, uint96 locked) private {
        (uint96 taken, uint96 insured) = IStakeManager(stake).penalise(card.provider, locked, locked);
        emit RateJobSlashed(jobId, card.provider, taken);
        Faults.note(IStakeManager(stake).insurance(), jobId, card.consumer, insured);
    }

    function _loadShown(uint64 jobId, JobCard calldata card, RateOutcome calldata outcome)
        private
        view
        returns (uint256 word)
    {
        word = _load(jobId, card);
        uint256 hash;
        uint256 size = OUTCOME_BYTES;
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, outcome, size)
            hash := keccak256(free, size)
        }
        if (_held[jobId].shown != uint120(hash) | 1) revert WrongBinding(jobId);
    }

    function _describe(Shown calldata s, JobState state, uint256 word) private pure returns (DisputedJob memory job_) {
        job_.jobId = s.jobId;
        job_.state = state;
        job_.code = _codeFor(s.outcome);
        job_.paid = s.outcome.paid;
        job_.price = s.outcome.price;
        job_.consumer = s.card.consumer;
        job_.provider = s.card.provider;
        job_.deviceIndex = s.card.deviceIndex;
        job_.epoch = word.epochOf();
        job_.challengeUntil = s.outcome.challengeUntil;
    }

    function _read(bytes calldata shown) private pure returns (Shown calldata s) {
        if (shown.length != SHOWN_BYTES) revert WrongShownBytes(shown.length, SHOWN_BYTES);
        assembly ("memory-safe") {
            s := shown.offset
        }
    }

    /// @dev A PARTIAL that pays all that was left is an OK to the court, which knows `paid < price` only.
    function _codeFor(RateOutcome calldata outcome) private pure returns (uint8) {
        uint8 code = outcome.code;
        if (!_pays(code) && code != PackedVerdicts.CHECKPOINT) return code;
        return outcome.paid == outcome.price ? PackedVerdicts.OK : PackedVerdicts.PARTIAL;
    }

    /// @dev Never 0, so that a job without a verdict shows none.
    function _shownOf(RateOutcome memory outcome) internal pure returns (uint120) {
        return uint120(uint256(keccak256(abi.encode(outcome)))) | 1;
    }

    function _pays(uint8 code) internal pure returns (bool) {
        return code == PackedVerdicts.OK || code == PackedVerdicts.PARTIAL;
    }
}
