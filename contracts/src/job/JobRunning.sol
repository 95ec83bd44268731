// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobCard, JobState, Order, WorkCommit} from "../interfaces/AssayTypes.sol";
import {IJobExits} from "../interfaces/IJobMarket.sol";
import {AssayHash} from "../libraries/AssayHash.sol";
import {JobBook} from "./JobBook.sol";
import {JobWord} from "./JobWord.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title How a job goes on or ends by a party's move: postCommit, fail, cancel, retry
abstract contract JobRunning is JobBook, IJobExits {
    using JobWord for uint256;

    function postCommit(
        Order calldata order,
        bytes32 offerHash,
        JobCard calldata card,
        WorkCommit calldata message,
        bytes calldata deviceSignature
    ) external {
        uint64 jobId = message.jobId;
        uint256 word = _loadBound(jobId, _hashOrder(order), offerHash, card);
        _requireState(jobId, word, JobState.RUNNING);
        _requireInTime(word.deadlineOf());
        if (message.specHash != order.specHash) revert WrongSpec(message.specHash, order.specHash);
        bytes32 digest = _hashTypedDataV4(AssayHash.hash(message));
        address device = ECDSA.recoverCalldata(digest, deviceSignature);
        if (device != message.device) revert WrongSigner(device, message.device);
        _requireDevice(device, card.deviceIndex);

        uint40 reportUntil = _after(order.reportWindowS);
        _jobs[jobId] = word.withState(JobState.COMMITTED).withDeadline(reportUntil);
        emit WorkCommitted(
            jobId, device, digest, message.workRoot, message.plaintextRoot, message.ciphertextRoot, reportUntil
        );
    }

    function fail(uint64 jobId, JobCard calldata card, bytes32 reasonHash, bytes calldata deviceSignature) external {
        uint256 word = _load(jobId, card);
        JobState from = word.stateOf();
        if (from != JobState.RUNNING && from != JobState.COMMITTED) revert WrongState(jobId, from);
        _requireInTime(word.deadlineOf());
        bytes32 digest = _hashTypedDataV4(AssayHash.hashFail(jobId, reasonHash));
        _requireDevice(ECDSA.recoverCalldata(digest, deviceSignature), card.deviceIndex);
        emit JobFailed(jobId, reasonHash);
        _endWithoutPenalty(jobId, word, card);
    }

    function cancel(uint64 jobId, JobCard calldata card) external {
        uint256 word = _load(jobId, card);
        JobState from = word.stateOf();
        if (from != JobState.FUNDED && from != JobState.ASSIGNED) revert WrongState(jobId, from);
        if (msg.sender != card.consumer) revert NotConsumer(msg.sender, card.consumer);
        _requireInTime(word.deadlineOf());
        if (from == JobState.ASSIGNED) _release(card.deviceIndex);
        _jobs[jobId] = word.withState(JobState.CANCELLED);
        emit JobCancelled(jobId);
        _refund(jobId, card.consumer, card.amount);
    }

    function retry(Order calldata order, uint8 attempt, bytes32 offerHash, JobCard calldata card)
        external
        returns (uint64 nextJobId)
    {
        bytes32 orderHash = _hashOrder(order);
        uint64 jobId = AssayHash.jobId(orderHash, attempt);
        uint256 word = _loadBound(jobId, orderHash, offerHash, card);
        _requireState(jobId, word, JobState.ASSIGNED);
        _requireExpired(word.deadlineOf());
        if (!word.has(JobWord.RETRYABLE)) revert NoAttemptLeft(jobId);
        _requireInTime(order.orderDeadline);

        _jobs[jobId] = word.withState(JobState.EXPIRED);
        _release(card.deviceIndex);
        emit JobExpired(jobId, JobState.ASSIGNED);
        emit JobRefunded(jobId, card.consumer, card.amount);
        uint8 next = attempt + 1;
        nextJobId = AssayHash.jobId(orderHash, next);
        bool retryable = next < order.attemptsMax;
        _openAttempt(nextJobId, orderHash, card.consumer, card.amount, next, order.orderDeadline, retryable);
    }
}
