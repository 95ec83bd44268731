// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Mistake: requests keep the amounts of their day; a slash cuts the sum behind them, and the last find it empty
contract CorruptQueue {
    uint256 public sum;
    mapping(address => uint256) public requested;

    function request(uint256 amount) external {
        requested[msg.sender] += amount;
        sum += amount;
    }

    function slash(uint256 amount) external {
        sum -= amount;
    }

    function withdraw() external returns (uint256 amount) {
        amount = requested[msg.sender];
        requested[msg.sender] = 0;
        sum -= amount;
    }
}
