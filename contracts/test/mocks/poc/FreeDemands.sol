// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The mistake: a place for a challenge costs what its loser gets back through a friend
/// @notice Two demands a job; the whole bond of a lost one is the provider's, who may be the challenger's friend.
contract FreeDemands {
    error NoPlaceLeft();

    uint256 public constant BOND = 2e6;
    mapping(address account => uint256) public creditOf;
    mapping(uint64 jobId => uint256) public demands;

    function give(address account, uint256 amount) external {
        creditOf[account] += amount;
    }

    function demand(uint64 jobId) external {
        if (demands[jobId] == 2) revert NoPlaceLeft();
        demands[jobId] += 1;
        creditOf[msg.sender] -= BOND;
    }

    function answerRightly(address provider) external {
        creditOf[provider] += BOND;
    }
}
