// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

interface IAuthorizationState {
    function authorizationState(address authorizer, bytes32 nonce) external view returns (bool);
}

/// @title Mistake: "somebody submitted it before me" concluded from a nonce that reads as used
contract CreditOnState {
    IAuthorizationState private immutable _token;
    mapping(address => uint256) public creditOf;

    constructor(IAuthorizationState token) {
        _token = token;
    }

    function creditIfPaid(address from, uint256 amount, bytes32 nonce) external {
        require(_token.authorizationState(from, nonce));
        creditOf[from] += amount;
    }
}
