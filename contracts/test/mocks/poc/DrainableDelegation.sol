// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Mistake: the victim is paid out of one pot of the provider's and his delegators' money
contract DrainableDelegation {
    uint256 public own;
    uint256 public delegated;
    mapping(address => uint256) public paid;

    function stake(uint256 amount) external {
        own += amount;
    }

    function delegate(uint256 amount) external {
        delegated += amount;
    }

    function slash(uint256 amount, address victim, uint256 compensationMax) external {
        uint256 ofOwn = amount * own / (own + delegated);
        own -= ofOwn;
        delegated -= amount - ofOwn;
        paid[victim] += amount < compensationMax ? amount : compensationMax;
    }
}
