// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Mistake: rounds for the caller, who may call again
contract RoundingUpPool {
    uint256 public tokens;
    uint256 public shares;
    mapping(address => uint256) public sharesOf;
    mapping(address => uint256) public paid;

    function fill(address holder, uint256 amount, uint256 made) external {
        tokens += amount;
        shares += made;
        sharesOf[holder] += made;
    }

    function withdraw(uint256 count) external {
        uint256 amount = (count * tokens + shares - 1) / shares;
        sharesOf[msg.sender] -= count;
        shares -= count;
        tokens -= amount;
        paid[msg.sender] += amount;
    }
}
