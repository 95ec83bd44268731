// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

/// @title Mistake: a leaf of two words hashed once looks like an inner node, and the other way round
contract SingleHashTree {
    bytes32 private immutable _root;
    mapping(bytes32 => uint256) public paid;

    constructor(bytes32 root) {
        _root = root;
    }

    function claim(bytes32 account, uint256 amount, bytes32[] calldata proof) external {
        require(MerkleProof.verifyCalldata(proof, _root, keccak256(abi.encode(account, amount))));
        paid[account] += amount;
    }
}
