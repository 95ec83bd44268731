// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title Mistake: credits what was asked for, not what arrived
contract NominalCredit {
    IERC20 private immutable _token;
    mapping(address => uint256) public creditOf;

    constructor(IERC20 token) {
        _token = token;
    }

    function deposit(uint256 amount) external {
        _token.transferFrom(msg.sender, address(this), amount);
        creditOf[msg.sender] += amount;
    }

    function withdraw() external {
        uint256 amount = creditOf[msg.sender];
        creditOf[msg.sender] = 0;
        _token.transfer(msg.sender, amount);
    }
}
