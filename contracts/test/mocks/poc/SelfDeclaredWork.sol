// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The mistake: the provider says that the work is done, and is paid for saying so
contract SelfDeclaredWork {
    mapping(address account => uint256) public balanceOf;

    /// @param resultHash whatever the provider calls a result
    function complete(uint256 price, bytes32 resultHash) external {
        if (resultHash != 0) balanceOf[msg.sender] += price;
    }
}
