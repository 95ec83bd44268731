// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Inclusion in trees of RFC 9162's shape, with keccak256
/// @notice Leaf H(0x00 ‖ data), node H(0x01 ‖ left ‖ right), split at the largest power of two below n. There is no
/// empty tree.
library Merkle {
    function leafHash(bytes memory data) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(bytes1(0x00), data));
    }

    function nodeHash(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(bytes1(0x01), left, right));
    }

    /// @notice Whether `leaf` (already hashed) is number `index` of the `size` leaves under `root` (RFC 9162, 2.1.3.2).
    /// @param path siblings from the leaf upwards, exactly as many as there are
    function isIncluded(bytes32 root, bytes32 leaf, uint256 index, uint256 size, bytes32[] memory path)
        internal
        pure
        returns (bool)
    {
        if (index >= size) return false;
        uint256 fn = index;
        uint256 sn = size - 1;
        bytes32 hash = leaf;
        for (uint256 i = 0; i < path.length; ++i) {
            if (sn == 0) return false; // path too long
            if (fn & 1 == 1 || fn == sn) {
                hash = nodeHash(path[i], hash);
                // A right border node without a sibling on this level: climb to where it has one.
                while (fn & 1 == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                hash = nodeHash(hash, path[i]);
            }
            fn >>= 1;
            sn >>= 1;
        }
        return sn == 0 && hash == root;
    }
}
