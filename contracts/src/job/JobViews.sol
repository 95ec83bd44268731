// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Accept, Fail, JobCard, JobOutcome, JobState, Offer, Order, WorkCommit} from "../interfaces/AssayTypes.sol";
import {IDeviceRegistry} from "../interfaces/IDeviceRegistry.sol";
import {IJobExits} from "../interfaces/IJobMarket.sol";
import {AssayHash} from "../libraries/AssayHash.sol";
import {JobBook} from "./JobBook.sol";
import {JobWord} from "./JobWord.sol";

/// @title What is known of jobs and devices
abstract contract JobViews is JobBook, IJobExits {
    using JobWord for uint256;

    function params() external view returns (Params memory) {
        return Params({
            lockBps: LOCK_BPS,
            slashBps: SLASH_BPS,
            penaltyBps: PENALTY_BPS,
            feeBps: FEE_BPS,
            challengeWindowS: CHALLENGE_WINDOW_S,
            challengeWindowMaxS: CHALLENGE_WINDOW_MAX_S,
            challengeValue: CHALLENGE_VALUE,
            bucketS: BUCKET_S,
            reportExtensionS: REPORT_EXTENSION_S,
            retryGraceS: RETRY_GRACE_S,
            windowMinS: WINDOW_MIN_S,
            windowMaxS: WINDOW_MAX_S,
            orderWindowMaxS: ORDER_WINDOW_MAX_S,
            attemptsMaxMax: ATTEMPTS_MAX_MAX,
            compensationCap: COMPENSATION_CAP
        });
    }

    function newJobsPaused() external view returns (bool) {
        return block.timestamp <= _gate.pausedUntil;
    }

    function pausedUntil() external view returns (uint40) {
        return _gate.pausedUntil;
    }

    function epoch() external view returns (uint64) {
        return _gate.epoch;
    }

    function hashOrder(Order calldata order) external view returns (bytes32) {
        return _hashTypedDataV4(AssayHash.hash(order));
    }

    function hashOffer(Offer calldata offer) external view returns (bytes32) {
        return _hashTypedDataV4(AssayHash.hash(offer));
    }

    function hashAccept(Accept calldata message) external view returns (bytes32) {
        return _hashTypedDataV4(AssayHash.hash(message));
    }

    function hashWorkCommit(WorkCommit calldata message) external view returns (bytes32) {
        return _hashTypedDataV4(AssayHash.hash(message));
    }

    function hashFail(Fail calldata message) external view returns (bytes32) {
        return _hashTypedDataV4(AssayHash.hash(message));
    }

    function jobIdOf(bytes32 orderHash, uint8 attempt) external pure returns (uint64) {
        return AssayHash.jobId(orderHash, attempt);
    }

    function job(uint64 jobId) external view returns (JobView memory shown) {
        uint256 word = _jobs[jobId];
        shown.state = word.stateOf();
        shown.deadline = word.deadlineOf();
        if (shown.state == JobState.REPORTED && block.timestamp > shown.deadline) shown.state = JobState.FINAL;
        shown.epoch = word.epochOf();
        shown.binding = word.bindingOf();
        shown.retryable = word.has(JobWord.RETRYABLE);
        shown.extended = word.has(JobWord.EXTENDED);
        shown.fraud = word.has(JobWord.FRAUD);
        shown.slashed = word.has(JobWord.SLASHED);
    }

    function isBoundTo(uint64 jobId, JobCard calldata card) external view returns (bool) {
        uint256 word = _jobs[jobId];
        return word != 0 && word.bindingOf() == JobWord.bindingOf(card);
    }

    function isReportedAs(uint64 jobId, JobCard calldata card, JobOutcome calldata outcome)
        external
        view
        returns (bool)
    {
        uint256 word = _jobs[jobId];
        return word != 0 && word.bindingOf() == JobWord.bindingOf(card, outcome);
    }

    function lockOf(uint96 price) external view returns (uint96) {
        return _lockOf(price);
    }

    function challengeWindowOf(uint96 price) external view returns (uint32) {
        return _challengeWindowOf(price);
    }

    function activeJobs(address device) external view returns (uint16) {
        return uint16(_devices[_indexOf(device)].active);
    }

    function nonceFloor(address device) external view returns (uint64) {
        return _devices[_indexOf(device)].nonceFloor;
    }

    function volumeOf(address device) external view returns (uint96) {
        return _devices[_indexOf(device)].volume;
    }

    function _indexOf(address device) private view returns (uint40 index) {
        (, index,,) = IDeviceRegistry(devices).deviceOf(device);
    }
}
