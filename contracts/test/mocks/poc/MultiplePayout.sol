// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Mistake: cover pays a multiple of its premium out of everybody's pot
contract MultiplePayout {
    uint256 public pot;
    mapping(address => uint256) public premiumOf;
    mapping(address => uint256) public paid;

    function fill(uint256 amount) external {
        pot += amount;
    }

    function buy(uint256 premium) external {
        premiumOf[msg.sender] = premium;
        pot += premium;
    }

    function pay(address consumer) external {
        uint256 amount = 5 * premiumOf[consumer];
        premiumOf[consumer] = 0;
        pot -= amount;
        paid[consumer] += amount;
    }
}
