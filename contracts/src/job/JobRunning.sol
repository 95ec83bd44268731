// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Accept, Fail, JobState, Order, WorkCommit} from "../interfaces/AssayTypes.sol";
import {IDeviceRegistry} from "../interfaces/IDeviceRegistry.sol";
import {IOracleCommittee} from "../interfaces/IOracleCommittee.sol";
import {IStakeManager} from "../interfaces/IStakeManager.sol";
import {AssayHash} from "../libraries/AssayHash.sol";
import {Bps} from "../libraries/Bps.sol";
import {JobOpening} from "./JobOpening.sol";
import {JobSlots} from "./JobSlots.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title From accepted on: the device's moves, and the defaults when nobody moves
abstract contract JobRunning is JobOpening {
    using JobSlots for JobSlots.Job;
    using JobSlots for JobSlots.Slots;

    function accept(
        Order calldata order,
        uint8 attempt,
        bytes32 offerHash,
        bytes32 inputRoot,
        bytes calldata deviceSignature
    ) external {
        bytes32 orderHash = hashOrder(order);
        (uint64 jobId, JobSlots.Job memory found) = _loadBound(orderHash, attempt, offerHash);
        _requireState(jobId, found, JobState.ASSIGNED);
        _requireInTime(found.deadline);
        bytes32 structHash = AssayHash.hash(Accept(jobId, orderHash, offerHash, inputRoot));
        address device = ECDSA.recoverCalldata(_hashTypedDataV4(structHash), deviceSignature);
        if (!_requireDevice(device, found.deviceIndex)) revert DeviceNotActive(device);

        uint64 epoch = IOracleCommittee(committee).currentEpoch();
        found.state = JobState.RUNNING;
        found.deadline = _after(order.runWindowS);
        found.epoch = uint32(epoch);
        _jobs[jobId].save(found);
        uint96 lock = _lockOf(found.amount);
        emit JobAccepted(jobId, device, epoch, lock, found.deadline, inputRoot);
        IStakeManager(stake).lock(_devices[found.deviceIndex].provider, lock);
    }

    function postCommit(
        Order calldata order,
        uint8 attempt,
        bytes32 offerHash,
        WorkCommit calldata message,
        bytes calldata deviceSignature
    ) external {
        (uint64 jobId, JobSlots.Job memory found) = _loadBound(hashOrder(order), attempt, offerHash);
        _requireState(jobId, found, JobState.RUNNING);
        _requireInTime(found.deadline);
        if (message.jobId != jobId) revert WrongJobId(message.jobId, jobId);
        if (message.specHash != order.specHash) revert WrongSpec(message.specHash, order.specHash);
        bytes32 digest = hashWorkCommit(message);
        address device = ECDSA.recoverCalldata(digest, deviceSignature);
        if (device != message.device) revert WrongSigner(device, message.device);
        _requireDevice(device, found.deviceIndex);

        found.state = JobState.COMMITTED;
        found.deadline = _after(order.reportWindowS);
        _jobs[jobId].save(found);
        emit WorkCommitted(
            jobId, device, digest, message.workRoot, message.plaintextRoot, message.ciphertextRoot, found.deadline
        );
    }

    function fail(uint64 jobId, bytes32 reasonHash, bytes calldata deviceSignature) external {
        JobSlots.Job memory found = _jobs[jobId].load();
        if (found.state != JobState.RUNNING && found.state != JobState.COMMITTED) {
            revert WrongState(jobId, found.state);
        }
        _requireInTime(found.deadline);
        bytes32 digest = _hashTypedDataV4(AssayHash.hash(Fail(jobId, reasonHash)));
        _requireDevice(ECDSA.recoverCalldata(digest, deviceSignature), found.deviceIndex);
        emit JobFailed(jobId, reasonHash);
        _endWithoutPenalty(jobId, found);
    }

    function expire(uint64[] calldata jobIds) external {
        for (uint256 i = 0; i < jobIds.length; ++i) {
            _expire(jobIds[i]);
        }
    }

    function retry(Order calldata order, uint8 attempt, bytes32 offerHash) external returns (uint64 nextJobId) {
        bytes32 orderHash = hashOrder(order);
        (uint64 jobId, JobSlots.Job memory found) = _loadBound(orderHash, attempt, offerHash);
        _requireState(jobId, found, JobState.ASSIGNED);
        _requireExpired(found.deadline);
        if (!found.has(JobSlots.RETRYABLE)) revert NoAttemptLeft(jobId);
        _requireInTime(order.orderDeadline);

        found.state = JobState.EXPIRED;
        _jobs[jobId].save(found);
        _release(found.deviceIndex);
        emit JobExpired(jobId, JobState.ASSIGNED);
        emit JobRefunded(jobId, found.consumer, found.amount);
        uint8 next = attempt + 1;
        nextJobId = AssayHash.jobId(orderHash, next);
        bool retryable = next < order.attemptsMax;
        _openAttempt(nextJobId, orderHash, found.consumer, found.amount, next, order.orderDeadline, retryable);
    }

    function _expire(uint64 jobId) private {
        JobSlots.Job memory found = _jobs[jobId].load();
        JobState from = found.state;
        if (from == JobState.FUNDED) {
            _requireExpired(found.deadline);
            _endUnaccepted(jobId, found);
        } else if (from == JobState.ASSIGNED) {
            // Others wait, so that `retry` comes first; the consumer may do without it.
            bool waits = found.has(JobSlots.RETRYABLE) && msg.sender != found.consumer;
            _requireExpired(waits ? uint256(found.deadline) + RETRY_GRACE_S : found.deadline);
            _release(found.deviceIndex);
            _endUnaccepted(jobId, found);
        } else if (from == JobState.RUNNING) {
            _requireExpired(found.deadline);
            _endWithPenalty(jobId, found);
        } else if (from == JobState.COMMITTED) {
            _requireExpired(found.deadline);
            _extendOrEnd(jobId, found);
        } else {
            revert WrongState(jobId, from);
        }
    }

    function _endUnaccepted(uint64 jobId, JobSlots.Job memory found) private {
        emit JobExpired(jobId, found.state);
        found.state = JobState.EXPIRED;
        _jobs[jobId].save(found);
        _refund(jobId, found.consumer, found.amount);
    }

    function _endWithPenalty(uint64 jobId, JobSlots.Job memory found) private {
        emit JobExpired(jobId, JobState.RUNNING);
        found.state = JobState.REFUNDED;
        _jobs[jobId].save(found);
        address provider = _release(found.deviceIndex);
        uint96 lock = _lockOf(found.amount);
        uint96 taken = IStakeManager(stake).penalise(provider, lock, Bps.down(found.amount, PENALTY_BPS));
        if (taken > 0) emit JobPenalised(jobId, provider, taken);
        _refund(jobId, found.consumer, found.amount);
    }

    function _extendOrEnd(uint64 jobId, JobSlots.Job memory found) private {
        if (found.has(JobSlots.EXTENDED)) {
            emit JobExpired(jobId, JobState.COMMITTED);
            _endWithoutPenalty(jobId, found);
        } else {
            found.flags |= JobSlots.EXTENDED;
            // From the old deadline, not from now: whoever calls late must not prolong it.
            found.deadline += REPORT_EXTENSION_S;
            _jobs[jobId].save(found);
            emit ReportTimeExtended(jobId, found.deadline);
        }
    }

    function _endWithoutPenalty(uint64 jobId, JobSlots.Job memory found) private {
        found.state = JobState.REFUNDED;
        _jobs[jobId].save(found);
        address provider = _release(found.deviceIndex);
        IStakeManager(stake).unlock(provider, _lockOf(found.amount));
        _refund(jobId, found.consumer, found.amount);
    }

    function _requireExpired(uint256 deadline) private view {
        if (block.timestamp <= deadline) revert DeadlineNotPassed(block.timestamp, deadline);
    }

    /// @return active whether the job's device, which the signer must be, is still in service
    function _requireDevice(address signer, uint40 deviceIndex) private view returns (bool active) {
        uint40 index;
        (, index, active,) = IDeviceRegistry(devices).deviceOf(signer);
        if (index != deviceIndex) revert WrongDevice(signer, index, deviceIndex);
    }
}
