// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobState, SkipReason} from "../interfaces/AssayTypes.sol";
import {ITokenVault} from "../interfaces/ITokenVault.sol";
import {PackedVerdicts} from "../libraries/PackedVerdicts.sol";
import {JobBook} from "./JobBook.sol";
import {JobRunning} from "./JobRunning.sol";
import {JobSlots} from "./JobSlots.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";

/// @title JobMarket: documented on its interface, IJobMarket
/// @dev `multicall` runs several of these functions in one transaction, all or none.
contract JobMarket is JobRunning, Multicall {
    using JobSlots for JobSlots.Job;
    using JobSlots for JobSlots.Slots;

    modifier onlySettlement() {
        if (msg.sender != settlement) revert NotSettlement(msg.sender, settlement);
        _;
    }

    constructor(
        address vault_,
        address stake_,
        address devices_,
        address committee_,
        address settlement_,
        address governor_,
        Params memory params_
    ) JobBook(params_) {
        if (
            vault_ == address(0) || stake_ == address(0) || devices_ == address(0) || committee_ == address(0)
                || settlement_ == address(0) || governor_ == address(0)
        ) revert ZeroAddress();
        vault = vault_;
        stake = stake_;
        devices = devices_;
        committee = committee_;
        settlement = settlement_;
        governor = governor_;
    }

    function applyVerdicts(uint64 epoch, bytes calldata verdicts)
        external
        onlySettlement
        returns (Outcome[] memory outcomes)
    {
        uint256 count = verdicts.length / PackedVerdicts.SIZE;
        uint40 challengeUntil = _after(CHALLENGE_WINDOW_S);
        uint256 total = 0;
        outcomes = new Outcome[](count);
        for (uint256 i = 0; i < count; ++i) {
            PackedVerdicts.Verdict memory verdict = PackedVerdicts.read(verdicts, i);
            JobSlots.Job memory found = _jobs[verdict.jobId].load();
            SkipReason reason = _reasonToSkip(found, epoch, verdict);
            if (reason == SkipReason.NONE) {
                _report(found, verdict, challengeUntil, outcomes[i]);
                total += found.amount;
            } else {
                emit VerdictSkipped(verdict.jobId, reason);
            }
        }
        if (total > 0) ITokenVault(vault).moveLedger(settlement, total);
    }

    function takeFraud(uint64 jobId) external onlySettlement returns (FraudCase memory) {
        JobSlots.Job memory found = _jobs[jobId].load();
        _requireState(jobId, found, JobState.REPORTED);
        if (!found.has(JobSlots.FRAUD)) revert NotFraud(jobId);
        if (found.has(JobSlots.SLASHED)) revert AlreadySlashed(jobId);
        if (block.timestamp <= found.deadline) revert DeadlineNotPassed(block.timestamp, found.deadline);
        found.flags |= JobSlots.SLASHED;
        _jobs[jobId].save(found);
        return FraudCase({
            consumer: found.consumer,
            provider: _devices[found.deviceIndex].provider,
            price: found.amount,
            lock: _lockOf(found.amount)
        });
    }

    function _report(
        JobSlots.Job memory found,
        PackedVerdicts.Verdict memory verdict,
        uint40 challengeUntil,
        Outcome memory outcome
    ) private {
        bool fraud = verdict.code == PackedVerdicts.FRAUD;
        found.state = JobState.REPORTED;
        found.deadline = challengeUntil;
        if (fraud) found.flags |= JobSlots.FRAUD;
        _jobs[verdict.jobId].save(found);
        outcome.consumer = found.consumer;
        outcome.provider = _release(found.deviceIndex);
        outcome.paid = verdict.paid;
        outcome.refunded = found.amount - verdict.paid;
        outcome.lock = fraud ? 0 : _lockOf(found.amount);
        emit JobReported(
            verdict.jobId, verdict.code, verdict.paid, outcome.refunded, challengeUntil, verdict.resultHash
        );
    }

    function _reasonToSkip(JobSlots.Job memory found, uint64 epoch, PackedVerdicts.Verdict memory verdict)
        private
        view
        returns (SkipReason)
    {
        if (found.state == JobState.NONE) return SkipReason.UNKNOWN_JOB;
        if (found.state != JobState.RUNNING && found.state != JobState.COMMITTED) return SkipReason.NOT_REPORTABLE;
        if (found.epoch != epoch) return SkipReason.OTHER_EPOCH;
        if (block.timestamp > found.deadline) return SkipReason.PAST_DEADLINE;
        if (!PackedVerdicts.isKnownCode(verdict.code)) return SkipReason.UNKNOWN_CODE;
        if (!PackedVerdicts.isRightAmount(verdict.code, verdict.paid, found.amount)) return SkipReason.WRONG_AMOUNT;
        return SkipReason.NONE;
    }
}
