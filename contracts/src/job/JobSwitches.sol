// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDeviceRegistry} from "../interfaces/IDeviceRegistry.sol";
import {IEpochListener} from "../interfaces/IEpochListener.sol";
import {IJobExits} from "../interfaces/IJobMarket.sol";
import {JobBook} from "./JobBook.sol";

/// @title What a device, the governor, the guardian and the committee switch
abstract contract JobSwitches is JobBook, IJobExits, IEpochListener {
    /// @dev Seconds of a pause, after which it is over by itself.
    uint40 private constant PAUSE_S = 7 days;

    modifier onlyGovernor() {
        if (msg.sender != governor) revert NotGovernor(msg.sender, governor);
        _;
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
            uint256 free = uint256(_gate.pausedUntil) + PAUSE_S;
            if (block.timestamp <= free) revert PausedTooRecently(block.timestamp, free);
        }
        uint40 until = uint40(block.timestamp) + PAUSE_S;
        _gate.pausedUntil = until;
        emit NewJobsPaused(until);
    }

    function resumeNewJobs() external onlyGovernor {
        if (block.timestamp <= _gate.pausedUntil) _gate.pausedUntil = uint40(block.timestamp) - 1;
        emit NewJobsResumed();
    }

    function onEpoch(uint64 epoch_) external {
        if (msg.sender != committee) revert NotCommittee(msg.sender, committee);
        if (epoch_ <= _gate.epoch || epoch_ > type(uint24).max) revert WrongEpoch(epoch_, uint64(_gate.epoch) + 1);
        _gate.epoch = uint24(epoch_);
        emit EpochTaken(epoch_);
    }
}
