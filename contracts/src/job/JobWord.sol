// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobCard, JobOutcome, JobState} from "../interfaces/AssayTypes.sol";

/// @title A job in one storage slot
/// @notice From the top: state 8 | flags 8 | deadline 40 | epoch 24 | binding 176. An unused job's word is 0; no used
/// one's is, as no state is 0.
library JobWord {
    uint256 internal constant RETRYABLE = 1 << 240;
    uint256 internal constant EXTENDED = 1 << 241;
    uint256 internal constant FRAUD = 1 << 242;
    uint256 internal constant SLASHED = 1 << 243;
    /// @dev A packed card: terms 32 | consumer 20 | provider 20 | deviceIndex 5 | amount 12.
    uint256 internal constant CARD_BYTES = 89;

    uint256 private constant STATE_SHIFT = 248;
    uint256 private constant DEADLINE_SHIFT = 200;
    uint256 private constant EPOCH_SHIFT = 176;
    uint256 private constant FLAGS_MASK = 0xff << 240;
    uint256 private constant DEADLINE_MASK = uint256(type(uint40).max) << DEADLINE_SHIFT;
    uint256 private constant BINDING_MASK = type(uint176).max;

    /// @param flags of the constants above, together
    function pack(JobState state, uint256 flags, uint40 deadline, uint24 epoch, uint176 binding)
        internal
        pure
        returns (uint256)
    {
        return uint256(uint8(state)) << STATE_SHIFT | flags | uint256(deadline) << DEADLINE_SHIFT | uint256(epoch)
            << EPOCH_SHIFT | binding;
    }

    function stateOf(uint256 word) internal pure returns (JobState) {
        return JobState(word >> STATE_SHIFT);
    }

    function flagsOf(uint256 word) internal pure returns (uint256) {
        return word & FLAGS_MASK;
    }

    function deadlineOf(uint256 word) internal pure returns (uint40) {
        return uint40(word >> DEADLINE_SHIFT);
    }

    function epochOf(uint256 word) internal pure returns (uint24) {
        return uint24(word >> EPOCH_SHIFT);
    }

    function bindingOf(uint256 word) internal pure returns (uint176) {
        return uint176(word & BINDING_MASK);
    }

    function has(uint256 word, uint256 flag) internal pure returns (bool) {
        return word & flag != 0;
    }

    function withState(uint256 word, JobState state) internal pure returns (uint256) {
        return (word & ~(uint256(0xff) << STATE_SHIFT)) | uint256(uint8(state)) << STATE_SHIFT;
    }

    function withDeadline(uint256 word, uint40 deadline) internal pure returns (uint256) {
        return (word & ~DEADLINE_MASK) | uint256(deadline) << DEADLINE_SHIFT;
    }

    function withBinding(uint256 word, uint176 binding) internal pure returns (uint256) {
        return (word & ~BINDING_MASK) | binding;
    }

    /// @notice H(orderHash ‖ offerHash); offerHash 0 before an offer is joined.
    function termsOf(bytes32 orderHash, bytes32 offerHash) internal pure returns (bytes32 terms) {
        assembly ("memory-safe") {
            mstore(0, orderHash)
            mstore(32, offerHash)
            terms := keccak256(0, 64)
        }
    }

    function bindingOf(JobCard memory card) internal pure returns (uint176) {
        return uint176(
            uint256(
                keccak256(abi.encodePacked(card.terms, card.consumer, card.provider, card.deviceIndex, card.amount))
            )
        );
    }

    function bindingOf(JobCard memory card, JobOutcome memory outcome) internal pure returns (uint176) {
        return uint176(
            uint256(
                keccak256(
                    abi.encodePacked(
                        card.terms,
                        card.consumer,
                        card.provider,
                        card.deviceIndex,
                        card.amount,
                        outcome.code,
                        outcome.paid,
                        outcome.resultHash,
                        outcome.challengeUntil
                    )
                )
            )
        );
    }
}
