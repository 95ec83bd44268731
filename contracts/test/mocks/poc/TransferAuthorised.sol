// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

interface ITransferWithAuthorization {
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;
}

/// @title Mistake: an authorisation that anybody may submit, and that names no purpose
contract TransferAuthorised {
    ITransferWithAuthorization private immutable _token;
    mapping(address => uint256) public creditOf;

    constructor(ITransferWithAuthorization token) {
        _token = token;
    }

    function deposit(address from, uint256 amount, uint256 validBefore, bytes32 nonce, uint8 v, bytes32 r, bytes32 s)
        external
    {
        _token.transferWithAuthorization(from, address(this), amount, 0, validBefore, nonce, v, r, s);
        creditOf[from] += amount;
    }
}
