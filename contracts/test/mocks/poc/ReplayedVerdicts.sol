// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The mistake: a verdict pays whenever it is shown
contract ReplayedVerdicts {
    error WrongSigner();

    address public immutable oracle;
    mapping(address account => uint256) public balanceOf;

    constructor(address oracle_) {
        oracle = oracle_;
    }

    function settle(address provider, uint256 price, bytes32 r, bytes32 s, uint8 v) external {
        if (ecrecover(keccak256(abi.encode(provider, price)), v, r, s) != oracle) revert WrongSigner();
        balanceOf[provider] += price;
    }
}
