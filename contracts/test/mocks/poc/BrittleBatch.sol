// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The mistake: one verdict that does not fit reverts all the others
contract BrittleBatch {
    error AlreadySettled(uint256 jobId);

    mapping(uint256 jobId => bool) public isSettled;

    function settle(uint256[] calldata jobIds) external {
        for (uint256 i = 0; i < jobIds.length; ++i) {
            if (isSettled[jobIds[i]]) revert AlreadySettled(jobIds[i]);
            isSettled[jobIds[i]] = true;
        }
    }
}
