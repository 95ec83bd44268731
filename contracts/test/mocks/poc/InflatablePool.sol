// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title Mistake: shares by the token's balance, the first at one to one
contract InflatablePool {
    IERC20 private immutable _token;
    uint256 public shares;
    mapping(address => uint256) public sharesOf;

    constructor(IERC20 token) {
        _token = token;
    }

    function deposit(uint256 amount) external {
        uint256 held = _token.balanceOf(address(this));
        uint256 made = shares == 0 ? amount : amount * shares / held;
        shares += made;
        sharesOf[msg.sender] += made;
        _token.transferFrom(msg.sender, address(this), amount);
    }

    function withdraw() external {
        uint256 amount = sharesOf[msg.sender] * _token.balanceOf(address(this)) / shares;
        shares -= sharesOf[msg.sender];
        sharesOf[msg.sender] = 0;
        _token.transfer(msg.sender, amount);
    }
}
