// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Hashes of past blocks, and the randomness that a header carries
library BlockRandomness {
    /// @dev Answers for the last 8,191 blocks. Source: EIP-2935.
    address private constant HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;
    /// @dev What a header of more than 255 bytes begins with, and where the sixth field behind its bloom filter's comes.
    /// Source: Yellow Paper, 4.4 and appendix B.
    uint256 private constant LONG_LIST = 0xf9;
    uint256 private constant FIXED_BYTES = 448; // list 3, six hashes of 33 less the beneficiary's 12, bloom filter 259
    uint256 private constant FIELDS_BEFORE_MIX = 6; // difficulty, number, two of gas, time, extra data
    uint256 private constant HASH_FIELD = 0xa0;

    /// @notice The header is not block `number`'s.
    error HeaderNotOfBlock(bytes32 got, bytes32 want);
    /// @notice Bytes that are no header with a mixHash.
    error NoMixHash();

    /// @return 0 where the chain does not know, or not any more
    function hashOf(uint256 number) internal view returns (bytes32) {
        if (number >= block.number) return 0;
        bytes32 recent = blockhash(number);
        if (recent != 0) return recent;
        (bool known, bytes memory answer) = HISTORY.staticcall(abi.encode(number));
        return known && answer.length == 32 ? bytes32(answer) : bytes32(0);
    }

    /// @notice The beacon chain's RANDAO as block `number` saw it, which nobody who builds that block can change.
    /// @param hash of the block; not 0
    /// @param header RLP
    /// Source: EIP-4399.
    function mixOf(bytes32 hash, bytes calldata header) internal pure returns (bytes32) {
        bytes32 got = keccak256(header);
        if (got != hash) revert HeaderNotOfBlock(got, hash);
        uint256 place = FIXED_BYTES;
        if (header.length < FIXED_BYTES || uint8(header[0]) != LONG_LIST) revert NoMixHash();
        for (uint256 k = 0; k < FIELDS_BEFORE_MIX; ++k) {
            place = _afterField(header, place);
        }
        if (header.length < place + 33 || uint8(header[place]) != HASH_FIELD) revert NoMixHash();
        return bytes32(header[place + 1:place + 33]);
    }

    /// @dev Of at most 55 bytes, as all of these are.
    function _afterField(bytes calldata header, uint256 place) private pure returns (uint256) {
        if (place >= header.length) revert NoMixHash();
        uint256 first = uint8(header[place]);
        if (first < 0x80) return place + 1;
        if (first >= 0xb8) revert NoMixHash();
        return place + 1 + first - 0x80;
    }
}
