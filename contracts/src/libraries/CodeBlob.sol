// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Bytes kept as the code of a contract: cheap to read at once, and never changed
library CodeBlob {
    /// @notice The bytes could not be stored as code: out of gas, or too many.
    error BlobNotCreated(uint256 size);

    /// @notice Creates a contract whose code is one zero byte (STOP, so that a call does nothing) and then what `frame`
    /// holds from byte `head` on.
    /// @dev The creation code is written over the head's last eleven bytes, and the head is zero there afterwards.
    function writeAfter(bytes memory frame, uint256 head) internal returns (address blob) {
        uint256 size = frame.length - head;
        // PUSH2 size, DUP1, PUSH1 10, RETURNDATASIZE, CODECOPY, RETURNDATASIZE, RETURN: returns what follows these ten
        // bytes. RETURNDATASIZE would not be 0 after another call; it is in a creation's own frame.
        uint256 prefix = 0x61 << 80 | (size + 1) << 64 | 0x80600a3d393df300; // eleven bytes, with the STOP
        assembly ("memory-safe") {
            let place := add(add(frame, 32), sub(head, 11))
            let kept := mload(place)
            mstore(place, or(shl(168, prefix), shr(88, shl(88, kept))))
            blob := create(0, place, add(size, 11))
            mstore(place, shr(88, shl(88, kept)))
        }
        if (blob == address(0)) revert BlobNotCreated(size);
    }

    /// @notice `size` bytes of the blob from `offset`, both without the leading zero byte.
    function read(address blob, uint256 offset, uint256 size) internal view returns (bytes memory data) {
        assembly ("memory-safe") {
            data := mload(0x40)
            mstore(0x40, and(add(add(data, size), 63), not(31)))
            mstore(data, size)
            extcodecopy(blob, add(data, 32), add(offset, 1), size)
        }
    }
}
