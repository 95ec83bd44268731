// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The mistake: a rotation adds the new keys and forgets the old
contract StickyKeyCommittee {
    mapping(address key => bool) public isSigner;
    uint256 public quorum;

    constructor(address[] memory keys) {
        rotate(keys);
    }

    function rotate(address[] memory keys) public {
        for (uint256 i = 0; i < keys.length; ++i) {
            isSigner[keys[i]] = true;
        }
        quorum = 2 * (keys.length / 3) + 1;
    }

    /// @param signatures 64 bytes each, of ascending signers
    function isAccepted(bytes32 digest, bytes calldata signatures) external view returns (bool) {
        address last = address(0);
        for (uint256 i = 0; i < signatures.length / 64; ++i) {
            address signer = ecrecover(
                digest, 27, bytes32(signatures[64 * i:64 * i + 32]), bytes32(signatures[64 * i + 32:64 * i + 64])
            );
            if (signer <= last || !isSigner[signer]) return false;
            last = signer;
        }
        return signatures.length / 64 >= quorum;
    }
}
