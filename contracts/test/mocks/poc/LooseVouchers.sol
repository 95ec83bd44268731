// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title The mistake: vouchers that name a job and an amount, but neither acceptor, contract nor chain; not cumulative
contract LooseVouchers {
    error WrongSignature();

    mapping(address account => uint256) public creditOf;

    function claim(uint64 jobId, uint96 amount, address consumer, bytes calldata signature) external {
        bytes32 digest = keccak256(abi.encode(jobId, amount));
        if (ECDSA.recoverCalldata(digest, signature) != consumer) revert WrongSignature();
        creditOf[msg.sender] += amount;
    }
}
