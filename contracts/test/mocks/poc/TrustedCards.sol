// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The mistake: to save storage the caller tells whose a job is, and only its price is remembered
contract TrustedCards {
    error WrongPrice();

    mapping(uint256 jobId => uint256) public priceOf;
    mapping(address account => uint256) public balanceOf;

    function open(uint256 jobId, uint256 price) external {
        priceOf[jobId] = price;
    }

    function refund(uint256 jobId, address consumer, uint256 price) external {
        if (priceOf[jobId] != price) revert WrongPrice();
        priceOf[jobId] = 0;
        balanceOf[consumer] += price;
    }
}
