// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Merkle} from "../../src/libraries/Merkle.sol";
import {MerkleTree} from "../MerkleTree.sol";
import {Test} from "../Test.sol";

contract MerkleFuzzTest is Test {
    function testFuzz_isIncluded_acceptsEveryLeafOfEveryTree(uint256 size, uint256 index, bytes32 seed) public pure {
        (bytes32[] memory leaves, uint256 chosen) = _tree(size, index, seed);
        bytes32[] memory path = MerkleTree.path(leaves, chosen);
        assertTrue(Merkle.isIncluded(MerkleTree.root(leaves), leaves[chosen], chosen, leaves.length, path));
    }

    function testFuzz_isIncluded_refusesAnotherLeaf(uint256 size, uint256 index, bytes32 seed, bytes32 leaf)
        public
        pure
    {
        (bytes32[] memory leaves, uint256 chosen) = _tree(size, index, seed);
        vm.assume(leaf != leaves[chosen]);
        bytes32[] memory path = MerkleTree.path(leaves, chosen);
        assertFalse(Merkle.isIncluded(MerkleTree.root(leaves), leaf, chosen, leaves.length, path));
    }

    function testFuzz_isIncluded_refusesAnotherIndex(uint256 size, uint256 index, bytes32 seed, uint256 other)
        public
        pure
    {
        (bytes32[] memory leaves, uint256 chosen) = _tree(size, index, seed);
        other = bound(other, 0, leaves.length);
        vm.assume(other != chosen);
        bytes32[] memory path = MerkleTree.path(leaves, chosen);
        assertFalse(Merkle.isIncluded(MerkleTree.root(leaves), leaves[chosen], other, leaves.length, path));
    }

    function testFuzz_isIncluded_refusesALongerPath(uint256 size, uint256 index, bytes32 seed) public pure {
        (bytes32[] memory leaves, uint256 chosen) = _tree(size, index, seed);
        bytes32[] memory path = MerkleTree.path(leaves, chosen);
        bytes32[] memory longer = new bytes32[](path.length + 1);
        for (uint256 i = 0; i < path.length; ++i) {
            longer[i] = path[i];
        }
        assertFalse(Merkle.isIncluded(MerkleTree.root(leaves), leaves[chosen], chosen, leaves.length, longer));
    }

    function testFuzz_isIncluded_refusesAShorterPath(uint256 size, uint256 index, bytes32 seed) public pure {
        (bytes32[] memory leaves, uint256 chosen) = _tree(bound(size, 2, 70), index, seed);
        bytes32[] memory path = MerkleTree.path(leaves, chosen);
        assembly ("memory-safe") {
            mstore(path, sub(mload(path), 1))
        }
        assertFalse(Merkle.isIncluded(MerkleTree.root(leaves), leaves[chosen], chosen, leaves.length, path));
    }

    function testFuzz_isIncluded_refusesAChangedPath(uint256 size, uint256 index, bytes32 seed, uint256 where)
        public
        pure
    {
        (bytes32[] memory leaves, uint256 chosen) = _tree(bound(size, 2, 70), index, seed);
        bytes32[] memory path = MerkleTree.path(leaves, chosen);
        where = bound(where, 0, path.length - 1);
        path[where] = ~path[where];
        assertFalse(Merkle.isIncluded(MerkleTree.root(leaves), leaves[chosen], chosen, leaves.length, path));
    }

    function test_isIncluded_refusesTheEmptyTree() public pure {
        assertFalse(Merkle.isIncluded(0, 0, 0, 0, new bytes32[](0)));
    }

    function _tree(uint256 size, uint256 index, bytes32 seed)
        private
        pure
        returns (bytes32[] memory leaves, uint256 chosen)
    {
        leaves = new bytes32[](bound(size, 1, 70));
        chosen = bound(index, 0, leaves.length - 1);
        for (uint256 i = 0; i < leaves.length; ++i) {
            leaves[i] = keccak256(abi.encode(seed, i));
        }
    }
}
