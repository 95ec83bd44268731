// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Accept, Fail, JobState, Offer, Order, WorkCommit} from "../interfaces/AssayTypes.sol";
import {IDeviceRegistry} from "../interfaces/IDeviceRegistry.sol";
import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {ITokenVault} from "../interfaces/ITokenVault.sol";
import {AssayHash} from "../libraries/AssayHash.sol";
import {Bps} from "../libraries/Bps.sol";
import {JobSlots} from "./JobSlots.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

/// @title What all of a job's moves share: parameters, storage, hashes, and reading a job
abstract contract JobBook is IJobMarket, EIP712 {
    using JobSlots for JobSlots.Job;
    using JobSlots for JobSlots.Slots;

    /// @dev provider repeats the registry's answer, which never changes, so that settling a job asks nobody.
    struct DeviceSlot {
        address provider;
        uint64 nonceFloor;
        uint16 active; // joined and unfinished jobs
    }

    uint8 internal constant GRADE_MIN = 1;
    uint8 internal constant GRADE_MAX = 5;
    uint8 internal constant UNIT_FIXED = 0;
    uint8 internal constant LANE_PRIOR_BALANCE = 0;
    uint8 internal constant LANE_EIP3009 = 1;

    address public immutable vault;
    address public immutable stake;
    address public immutable devices;
    address public immutable committee;
    address public immutable settlement;
    address public immutable governor;

    uint32 internal immutable LOCK_BPS;
    uint32 internal immutable SLASH_BPS;
    uint32 internal immutable PENALTY_BPS;
    uint16 internal immutable FEE_BPS;
    uint32 internal immutable CHALLENGE_WINDOW_S;
    uint32 internal immutable BUCKET_S;
    uint32 internal immutable REPORT_EXTENSION_S;
    uint32 internal immutable RETRY_GRACE_S;
    uint32 internal immutable WINDOW_MIN_S;
    uint32 internal immutable WINDOW_MAX_S;
    uint32 internal immutable ORDER_WINDOW_MAX_S;
    uint8 internal immutable ATTEMPTS_MAX_MAX;
    uint96 internal immutable COMPENSATION_CAP;

    bool public newJobsPaused;
    mapping(uint64 jobId => JobSlots.Slots) internal _jobs;
    mapping(uint40 deviceIndex => DeviceSlot) internal _devices;
    mapping(bytes32 offerHash => uint96) public volumeUsed;

    constructor(Params memory p) EIP712(AssayHash.NAME, AssayHash.VERSION) {
        _requireInRange("feeBps", p.feeBps, 0, Bps.ONE);
        _requireInRange("slashBps", p.slashBps, p.lockBps, type(uint32).max);
        _requireInRange("challengeWindowS", p.challengeWindowS, 1, p.bucketS);
        _requireInRange("reportExtensionS", p.reportExtensionS, 1, type(uint32).max);
        _requireInRange("windowMinS", p.windowMinS, 1, p.windowMaxS);
        _requireInRange("orderWindowMaxS", p.orderWindowMaxS, 1, type(uint32).max);
        _requireInRange("attemptsMaxMax", p.attemptsMaxMax, 1, type(uint8).max);
        LOCK_BPS = p.lockBps;
        SLASH_BPS = p.slashBps;
        PENALTY_BPS = p.penaltyBps;
        FEE_BPS = p.feeBps;
        CHALLENGE_WINDOW_S = p.challengeWindowS;
        BUCKET_S = p.bucketS;
        REPORT_EXTENSION_S = p.reportExtensionS;
        RETRY_GRACE_S = p.retryGraceS;
        WINDOW_MIN_S = p.windowMinS;
        WINDOW_MAX_S = p.windowMaxS;
        ORDER_WINDOW_MAX_S = p.orderWindowMaxS;
        ATTEMPTS_MAX_MAX = p.attemptsMaxMax;
        COMPENSATION_CAP = p.compensationCap;
    }

    function params() external view returns (Params memory) {
        return Params({
            lockBps: LOCK_BPS,
            slashBps: SLASH_BPS,
            penaltyBps: PENALTY_BPS,
            feeBps: FEE_BPS,
            challengeWindowS: CHALLENGE_WINDOW_S,
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

    function hashOrder(Order calldata order) public view returns (bytes32) {
        return _hashTypedDataV4(AssayHash.hash(order));
    }

    function hashOffer(Offer calldata offer) public view returns (bytes32) {
        return _hashTypedDataV4(AssayHash.hash(offer));
    }

    function hashAccept(Accept calldata message) external view returns (bytes32) {
        return _hashTypedDataV4(AssayHash.hash(message));
    }

    function hashWorkCommit(WorkCommit calldata message) public view returns (bytes32) {
        return _hashTypedDataV4(AssayHash.hash(message));
    }

    function hashFail(Fail calldata message) external view returns (bytes32) {
        return _hashTypedDataV4(AssayHash.hash(message));
    }

    function jobIdOf(bytes32 orderHash, uint8 attempt) external pure returns (uint64) {
        return AssayHash.jobId(orderHash, attempt);
    }

    function job(uint64 jobId) external view returns (JobView memory shown) {
        JobSlots.Job memory found = _jobs[jobId].load();
        shown.state = found.state;
        if (found.state == JobState.REPORTED && block.timestamp > found.deadline) shown.state = JobState.FINAL;
        shown.amount = found.amount;
        shown.deadline = found.deadline;
        shown.deviceIndex = found.deviceIndex;
        shown.epoch = found.epoch;
        shown.consumer = found.consumer;
        shown.provider = _devices[found.deviceIndex].provider;
        shown.lock = _lockOf(found.amount);
        shown.retryable = found.has(JobSlots.RETRYABLE);
        shown.extended = found.has(JobSlots.EXTENDED);
        shown.fraud = found.has(JobSlots.FRAUD);
        shown.slashed = found.has(JobSlots.SLASHED);
    }

    function isBoundTo(uint64 jobId, bytes32 orderHash, bytes32 offerHash) external view returns (bool) {
        JobSlots.Slots storage slots = _jobs[jobId];
        return slots.head != 0 && slots.load().binding == JobSlots.bindingOf(orderHash, offerHash);
    }

    function activeJobs(address device) external view returns (uint16) {
        (, uint40 index,,) = IDeviceRegistry(devices).deviceOf(device);
        return _devices[index].active;
    }

    function nonceFloor(address device) external view returns (uint64) {
        (, uint40 index,,) = IDeviceRegistry(devices).deviceOf(device);
        return _devices[index].nonceFloor;
    }

    /// @dev The job of this Order, attempt and offer; refuses where they are not the job's.
    function _loadBound(bytes32 orderHash, uint8 attempt, bytes32 offerHash)
        internal
        view
        returns (uint64 jobId, JobSlots.Job memory found)
    {
        jobId = AssayHash.jobId(orderHash, attempt);
        found = _jobs[jobId].load();
        if (found.state == JobState.NONE) revert WrongState(jobId, JobState.NONE);
        if (found.binding != JobSlots.bindingOf(orderHash, offerHash)) revert WrongBinding(jobId);
    }

    function _requireState(uint64 jobId, JobSlots.Job memory found, JobState want) internal pure {
        if (found.state != want) revert WrongState(jobId, found.state);
    }

    function _requireInTime(uint40 deadline) internal view {
        if (block.timestamp > deadline) revert DeadlinePassed(block.timestamp, deadline);
    }

    function _requireInRange(string memory what, uint256 got, uint256 min, uint256 max) private pure {
        if (got < min || got > max) revert ParamOutOfRange(what, got, min, max);
    }

    function _after(uint32 seconds_) internal view returns (uint40) {
        return uint40(block.timestamp) + seconds_;
    }

    function _lockOf(uint96 price) internal view returns (uint96) {
        return Bps.up(price, LOCK_BPS);
    }

    /// @dev The device may take another job; returns whose device it is.
    function _release(uint40 deviceIndex) internal returns (address provider) {
        DeviceSlot memory slot = _devices[deviceIndex];
        slot.active -= 1;
        _devices[deviceIndex] = slot;
        return slot.provider;
    }

    /// @dev Last in every caller: nothing is written after a call to another contract.
    function _refund(uint64 jobId, address consumer, uint96 amount) internal {
        emit JobRefunded(jobId, consumer, amount);
        ITokenVault(vault).giveCredit(consumer, amount);
    }
}
