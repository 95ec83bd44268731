// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title All that a report reads and changes of an epoch, in one storage slot
/// @notice From the top: epoch 24 | answersUntil 40 | n 5 | removed keys 31 | highest seq 32 | the 16 seqs before it 16 |
/// points 108: n lanes of ⌊108/n⌋ bits. A lane that is full empties all of them into the *far* words, four lanes of 64
/// bits each: every 255 reports with n = 13, every 7 with n = 31.
library EpochSlots {
    /// @dev The current epoch answers until then.
    uint40 internal constant OPEN = type(uint40).max;
    uint256 internal constant SEQ_WINDOW = 16;
    uint256 private constant POINT_BITS = 108;
    uint256 private constant POINT_MASK = (1 << POINT_BITS) - 1;
    uint256 private constant WINDOW_SHIFT = 108;
    uint256 private constant SEQ_SHIFT = 124;
    uint256 private constant REMOVED_SHIFT = 156;
    uint256 private constant N_SHIFT = 187;
    uint256 private constant UNTIL_SHIFT = 192;
    uint256 private constant EPOCH_SHIFT = 232;
    uint256 private constant SEQ_MAX = type(uint32).max;

    /// @dev A slot that was never used: not zero, so that the first epoch in it changes a used slot.
    uint256 internal constant UNUSED = 1 << REMOVED_SHIFT;

    function begin(uint64 epoch, uint256 n) internal pure returns (uint256) {
        return uint256(epoch) << EPOCH_SHIFT | uint256(OPEN) << UNTIL_SHIFT | n << N_SHIFT;
    }

    function epochOf(uint256 word) internal pure returns (uint64) {
        return uint64(word >> EPOCH_SHIFT);
    }

    function untilOf(uint256 word) internal pure returns (uint40) {
        return uint40(word >> UNTIL_SHIFT);
    }

    function sizeOf(uint256 word) internal pure returns (uint256) {
        return (word >> N_SHIFT) & 31;
    }

    function removedOf(uint256 word) internal pure returns (uint256) {
        return (word >> REMOVED_SHIFT) & 0x7fffffff;
    }

    function endAt(uint256 word, uint40 until) internal pure returns (uint256) {
        return word & ~(uint256(OPEN) << UNTIL_SHIFT) | uint256(until) << UNTIL_SHIFT;
    }

    function remove(uint256 word, uint256 index) internal pure returns (uint256) {
        return word | 1 << (REMOVED_SHIFT + index);
    }

    /// @notice Notes a seq; `fresh` where it was not noted before and is not too far behind.
    function noteSeq(uint256 word, uint64 seq) internal pure returns (bool fresh, uint256 noted) {
        unchecked {
            uint256 highest = (word >> SEQ_SHIFT) & SEQ_MAX;
            uint256 window = (word >> WINDOW_SHIFT) & 0xffff;
            if (seq > highest) {
                if (seq > SEQ_MAX) return (false, word);
                // Bit k of the window is seq highest − 1 − k. There is no seq 0.
                uint256 step = seq - highest;
                window = (highest == 0 ? 0 : (window << 1 | 1) << (step - 1)) & 0xffff;
                highest = seq;
            } else {
                uint256 behind = highest - seq;
                if (behind == 0 || behind > SEQ_WINDOW || seq == 0) return (false, word);
                uint256 bit = 1 << (behind - 1);
                if (window & bit != 0) return (false, word);
                window |= bit;
            }
            uint256 cleared = word & ~(SEQ_MAX << SEQ_SHIFT | 0xffff << WINDOW_SHIFT);
            return (true, cleared | highest << SEQ_SHIFT | window << WINDOW_SHIFT);
        }
    }

    /// @notice Bits of a lane. Lane i begins at bit i·width.
    /// @param n keys of an epoch that was begun: never 0
    function widthOf(uint256 n) internal pure returns (uint256 width) {
        assembly ("memory-safe") {
            width := div(POINT_BITS, n)
        }
    }

    /// @notice Whether one of the lanes that have a one in `points` can count no further.
    /// @dev A full lane is a zero one of the complement; x − 1 borrows from its top bit only there, or above such a
    /// lane. Source: Warren, Hacker's Delight, 6-1.
    function isAnyFull(uint256 word, uint256 points) internal pure returns (bool) {
        unchecked {
            return (~word - points) & word & (points << (widthOf(sizeOf(word)) - 1)) != 0;
        }
    }

    /// @notice Points of key `index` in the near word.
    function pointsAt(uint256 word, uint256 index) internal pure returns (uint64) {
        uint256 width = POINT_BITS / sizeOf(word);
        return uint64(((word & POINT_MASK) >> (index * width)) & ((1 << width) - 1));
    }

    function withoutPoints(uint256 word) internal pure returns (uint256) {
        return word & ~POINT_MASK;
    }
}
