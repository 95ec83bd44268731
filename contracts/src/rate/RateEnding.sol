// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobCard, JobState, ShownJob} from "../interfaces/AssayTypes.sol";
import {IDeviceRegistry} from "../interfaces/IDeviceRegistry.sol";
import {IRateExits} from "../interfaces/IRateMarket.sol";
import {IStakeManager} from "../interfaces/IStakeManager.sol";
import {JobWord} from "../job/JobWord.sol";
import {RateBook} from "./RateBook.sol";

/// @title Stopping, the end that nobody decided, and switches
abstract contract RateEnding is RateBook, IRateExits {
    using JobWord for uint256;

    uint40 private constant PAUSE_S = 7 days;

    function stop(uint64 jobId, JobCard calldata card) external {
        uint256 word = _load(jobId, card);
        if (!_isRunning(word)) revert WrongState(jobId, word.stateOf());
        uint40 runUntil = uint40(block.timestamp);
        if (msg.sender == card.consumer) {
            if (word.has(STOPPING)) revert AlreadyStopping(jobId);
            runUntil += NOTICE_S;
        } else if (msg.sender != card.provider) {
            revert NotParty(msg.sender);
        }
        if (runUntil > word.deadlineOf()) runUntil = word.deadlineOf();
        _jobs[jobId] = word.withDeadline(runUntil) | STOPPING;
        emit JobStopping(jobId, msg.sender, runUntil);
    }

    function close(ShownJob[] calldata jobs) external {
        for (uint256 i = 0; i < jobs.length; ++i) {
            _close(jobs[i].jobId, jobs[i].card);
        }
    }

    function _close(uint64 jobId, JobCard calldata card) private {
        uint256 word = _load(jobId, card);
        if (!_isRunning(word)) revert WrongState(jobId, word.stateOf());
        Funds memory funds = _funds[jobId];
        // A session owes nobody anything but its acceptor; a RATE job may still be reported.
        if (!word.has(SESSION) || msg.sender != card.provider) {
            uint256 until = _closesAt(jobId, word, funds.funded);
            if (block.timestamp <= until) revert DeadlineNotPassed(block.timestamp, until);
        }
        _jobs[jobId] = word.withState(JobState.REFUNDED);
        emit RateJobClosed(jobId, funds.paid);
        _endEscrow(jobId, card, funds, _held[jobId].locked);
    }

    /// @dev What is left of escrow and lock goes back; the device is free.
    function _endEscrow(uint64 jobId, JobCard calldata card, Funds memory funds, uint96 locked) internal {
        uint96 rest = funds.funded - funds.paid;
        if (rest > 0) _funds[jobId].funded = funds.paid;
        if (locked > 0) _held[jobId].locked = 0;
        _release(card.deviceIndex);
        if (locked > 0) IStakeManager(stake).unlock(card.provider, locked);
        _refund(jobId, card.consumer, rest);
    }

    function raiseNonceFloor(address device, uint64 floor) external {
        (address provider, uint40 index,,) = IDeviceRegistry(devices).deviceOf(device);
        if (index == 0 || (msg.sender != provider && msg.sender != device)) revert NotDeviceOwner(msg.sender);
        DeviceSlot storage slot = _devices[index];
        if (floor <= slot.nonceFloor) revert FloorNotRaised(floor, slot.nonceFloor);
        slot.nonceFloor = floor;
        emit NonceFloorRaised(device, floor);
    }

    function pauseNewJobs() external {
        if (msg.sender != governor) {
            if (msg.sender != guardian) revert MayNotPause(msg.sender);
            uint256 free = uint256(pausedUntil) + PAUSE_S;
            if (block.timestamp <= free) revert PausedTooRecently(block.timestamp, free);
        }
        pausedUntil = uint40(block.timestamp) + PAUSE_S;
        emit NewJobsPaused(pausedUntil);
    }

    function resumeNewJobs() external {
        if (msg.sender != governor) revert NotGovernor(msg.sender, governor);
        if (block.timestamp <= pausedUntil) pausedUntil = uint40(block.timestamp) - 1;
        emit NewJobsResumed();
    }
}
