// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Mistake: what governance adds acts in the same block
contract ImmediateModules {
    address private immutable _governor;
    mapping(address => bool) public isModule;
    mapping(address => uint256) public creditOf;

    constructor(address governor) {
        _governor = governor;
    }

    function deposit(uint256 amount) external {
        creditOf[msg.sender] += amount;
    }

    function addModule(address module) external {
        require(msg.sender == _governor);
        isModule[module] = true;
    }

    function takeCredit(address account, uint256 amount) external {
        require(isModule[msg.sender]);
        creditOf[account] -= amount;
        creditOf[msg.sender] += amount;
    }
}
