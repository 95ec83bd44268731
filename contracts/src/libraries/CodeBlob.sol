// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Bytes kept as the code of a contract: cheap to read at once, and never changed
library CodeBlob {
    error BlobNotCreated(uint256 size);

    /// @notice Creates a contract whose code is one zero byte (STOP, so that a call does nothing) and then `data`.
    function write(bytes memory data) internal returns (address blob) {
        // PUSH2 size, DUP1, PUSH1 10, RETURNDATASIZE, CODECOPY, RETURNDATASIZE, RETURN: returns what follows these ten
        // bytes.
        bytes memory code = abi.encodePacked(hex"61", uint16(data.length + 1), hex"80600a3d393df3", hex"00", data);
        assembly ("memory-safe") {
            blob := create(0, add(code, 32), mload(code))
        }
        if (blob == address(0)) revert BlobNotCreated(data.length);
    }

    /// @notice `size` bytes of the blob from `offset`, both without the leading zero byte.
    function read(address blob, uint256 offset, uint256 size) internal view returns (bytes memory data) {
        data = new bytes(size);
        assembly ("memory-safe") {
            extcodecopy(blob, add(data, 32), add(offset, 1), size)
        }
    }
}
