// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The mistake: what is signed names neither the chain nor the contract
contract HomelessReports {
    address public immutable signer;
    mapping(bytes32 report => bool) public isPaid;

    constructor(address signer_) {
        signer = signer_;
    }

    function pay(bytes calldata report, bytes32 r, bytes32 s, uint8 v) external returns (bool) {
        bytes32 digest = keccak256(report);
        if (isPaid[digest] || ecrecover(digest, v, r, s) != signer) return false;
        isPaid[digest] = true;
        return true;
    }
}
