// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The mistake: f+1 of 3f+1 are called a quorum, "for at least one of them is honest"
contract SmallQuorum {
    address[] public keys;

    constructor(address[] memory keys_) {
        keys = keys_;
    }

    function isAccepted(bytes32 digest, uint256 bitmask, bytes calldata signatures) external view returns (bool) {
        uint256 count = 0;
        for (uint256 i = 0; i < keys.length; ++i) {
            if ((bitmask >> i) & 1 == 0) continue;
            bytes calldata one = signatures[64 * count:64 * count + 64];
            if (ecrecover(digest, 27, bytes32(one[0:32]), bytes32(one[32:64])) != keys[i]) return false;
            ++count;
        }
        return count == (keys.length - 1) / 3 + 1;
    }
}
