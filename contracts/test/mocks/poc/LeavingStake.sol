// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The mistakes: stake that was asked back no longer counts, and the whole slash is the prover's
contract LeavingStake {
    mapping(address who => uint256) public staked;
    mapping(address who => uint256) public leaving;
    mapping(address who => uint256) public credit;

    function stake(uint256 amount) external {
        staked[msg.sender] += amount;
    }

    function askBack(uint256 amount) external {
        staked[msg.sender] -= amount;
        leaving[msg.sender] += amount;
    }

    function withdraw() external {
        credit[msg.sender] += leaving[msg.sender];
        leaving[msg.sender] = 0;
    }

    function slash(address guilty) external {
        credit[msg.sender] += staked[guilty];
        staked[guilty] = 0;
    }
}
