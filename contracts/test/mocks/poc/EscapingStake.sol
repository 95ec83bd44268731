// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title Mistake: a slash looks only at what is not unbonding, though all of it is still here
contract EscapingStake {
    IERC20 private immutable _token;
    mapping(address => uint256) public staked;
    mapping(address => uint256) public unbonding;
    mapping(address => uint256) public availableAt;

    constructor(IERC20 token) {
        _token = token;
    }

    function stake(uint256 amount) external {
        staked[msg.sender] += amount;
        _token.transferFrom(msg.sender, address(this), amount);
    }

    function requestUnbonding(uint256 amount) external {
        staked[msg.sender] -= amount;
        unbonding[msg.sender] += amount;
        availableAt[msg.sender] = block.timestamp + 3 days;
    }

    function withdraw() external {
        require(block.timestamp >= availableAt[msg.sender]);
        uint256 amount = unbonding[msg.sender];
        unbonding[msg.sender] = 0;
        _token.transfer(msg.sender, amount);
    }

    function slash(address who, uint256 amount) external returns (uint256 taken) {
        taken = amount < staked[who] ? amount : staked[who];
        staked[who] -= taken;
    }
}
