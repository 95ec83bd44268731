// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobState} from "../interfaces/AssayTypes.sol";

/// @title How a job lies in two storage slots
/// @notice head: amount 96 | deadline 40 | deviceIndex 40 | epoch 32 | status 8 | binding's upper 40, from the top.
/// tail: consumer 160 | binding's lower 96. status: four flags above four bits of state. An unused job has head 0.
library JobSlots {
    /// @notice One job, unpacked.
    struct Job {
        uint96 amount; // in escrow; from ASSIGNED on the price
        uint40 deadline;
        uint40 deviceIndex;
        uint32 epoch;
        JobState state;
        uint8 flags; // of those below
        uint136 binding;
        address consumer;
    }

    struct Slots {
        uint256 head;
        uint256 tail;
    }

    uint8 internal constant RETRYABLE = 0x10;
    uint8 internal constant EXTENDED = 0x20;
    uint8 internal constant FRAUD = 0x40;
    uint8 internal constant SLASHED = 0x80;
    uint8 private constant STATE_MASK = 0x0f;

    function save(Slots storage slots, Job memory job) internal {
        (slots.head, slots.tail) = pack(job);
    }

    function load(Slots storage slots) internal view returns (Job memory) {
        return unpack(slots.head, slots.tail);
    }

    function pack(Job memory job) internal pure returns (uint256 head, uint256 tail) {
        head = uint256(job.amount) << 160 | uint256(job.deadline) << 120 | uint256(job.deviceIndex) << 80
            | uint256(job.epoch) << 48 | uint256(uint8(job.state) | job.flags) << 40 | uint256(job.binding >> 96);
        tail = uint256(uint160(job.consumer)) << 96 | uint96(job.binding);
    }

    function unpack(uint256 head, uint256 tail) internal pure returns (Job memory job) {
        job.amount = uint96(head >> 160);
        job.deadline = uint40(head >> 120);
        job.deviceIndex = uint40(head >> 80);
        job.epoch = uint32(head >> 48);
        uint8 status = uint8(head >> 40);
        job.state = JobState(status & STATE_MASK);
        job.flags = status & ~STATE_MASK;
        job.binding = uint136(uint40(head)) << 96 | uint96(tail);
        job.consumer = address(uint160(tail >> 96));
    }

    function has(Job memory job, uint8 flag) internal pure returns (bool) {
        return job.flags & flag != 0;
    }

    /// @notice Ties a job to the Order and, once joined, the offer that later calls must show again.
    function bindingOf(bytes32 orderHash, bytes32 offerHash) internal pure returns (uint136) {
        return uint136(uint256(keccak256(abi.encode(orderHash, offerHash))));
    }
}
