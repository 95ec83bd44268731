// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Mistake: whoever calls `slash` gets a tenth of it
contract PayingSlasher {
    mapping(address => uint256) public staked;
    mapping(address => uint256) public paid;

    function stake(uint256 amount) external {
        staked[msg.sender] += amount;
    }

    function slash(address who) external {
        uint256 taken = staked[who];
        staked[who] = 0;
        paid[msg.sender] += taken / 10;
    }
}
