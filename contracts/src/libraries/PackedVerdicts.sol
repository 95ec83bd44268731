// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Verdicts as oracles sign them: `jobId u64 | code u8 | cumulativePaid u96 | resultHash bytes32`, 53 bytes each
library PackedVerdicts {
    struct Verdict {
        uint64 jobId;
        uint8 code;
        uint96 paid; // cumulative, token base units
        bytes32 resultHash;
    }

    /// @notice The packed verdicts end before number `index`.
    error NoSuchVerdict(uint256 index, uint256 bytesGiven);

    uint256 internal constant SIZE = 53;

    uint8 internal constant OK = 1;
    uint8 internal constant PARTIAL = 2;
    uint8 internal constant FAILED = 3;
    uint8 internal constant FRAUD = 4;
    uint8 internal constant NO_EVIDENCE = 5;
    uint8 internal constant CHECKPOINT = 6;
    uint8 internal constant INCONCLUSIVE = 7;

    /// @notice Verdict number `index`. Reverts past the end of `packed`.
    function read(bytes calldata packed, uint256 index) internal pure returns (Verdict memory verdict) {
        if ((index + 1) * SIZE > packed.length) revert NoSuchVerdict(index, packed.length);
        uint256 front;
        bytes32 resultHash;
        assembly ("memory-safe") {
            let offset := add(packed.offset, mul(index, SIZE))
            front := calldataload(offset)
            resultHash := calldataload(add(offset, 21))
        }
        verdict.jobId = uint64(front >> 192);
        verdict.code = uint8(front >> 184);
        verdict.paid = uint96(front >> 88);
        verdict.resultHash = resultHash;
    }

    /// @notice The first 32 bytes of verdict number `index`, which the caller knows to be there: jobId, code, paid and 11
    /// bytes of the result.
    function frontAt(bytes calldata packed, uint256 index) internal pure returns (uint256 front) {
        assembly ("memory-safe") {
            front := calldataload(add(packed.offset, mul(index, SIZE)))
        }
    }

    /// @dev keccak256(packed) beyond the end of what memory is in use.
    function hash(bytes calldata packed) internal pure returns (bytes32 digest) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, packed.offset, packed.length)
            digest := keccak256(free, packed.length)
        }
    }

    function jobIdAt(bytes calldata packed, uint256 index) internal pure returns (uint64) {
        return uint64(frontAt(packed, index) >> 192);
    }

    /// @notice Whether a job with a fixed price may be given this code and pay. CHECKPOINT is for metered jobs.
    function isKnownCode(uint8 code) internal pure returns (bool) {
        return code >= OK && code <= INCONCLUSIVE && code != CHECKPOINT;
    }

    /// @notice OK pays the price, PARTIAL less, every other code nothing.
    function isRightAmount(uint8 code, uint96 paid, uint96 price) internal pure returns (bool) {
        if (code == OK) return paid == price;
        if (code == PARTIAL) return paid < price;
        return paid == 0;
    }
}
