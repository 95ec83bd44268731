// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Mistake: a fixed reward for each verified job, whatever it paid
contract RewardPerJob {
    mapping(address => uint256) public balanceOf;

    function fund(uint256 amount) external {
        balanceOf[msg.sender] += amount;
    }

    function runJob(uint256 fee) external {
        balanceOf[msg.sender] -= fee;
        balanceOf[msg.sender] += 5;
    }
}
