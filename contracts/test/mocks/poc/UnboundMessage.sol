// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title Mistake: a signature that names neither chain nor contract
contract UnboundMessage {
    mapping(address => uint256) public staked;

    function stake(address provider, uint256 amount, bytes calldata signature) external {
        require(ECDSA.recoverCalldata(keccak256(abi.encode(provider, amount)), signature) == provider);
        staked[provider] += amount;
    }
}
