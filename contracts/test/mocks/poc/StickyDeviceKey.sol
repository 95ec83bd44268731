// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Mistake: a new key is added, and the old one goes on working
contract StickyDeviceKey {
    mapping(bytes32 platformId => mapping(address key => bool)) public works;

    function rotate(bytes32 platformId, address key) external {
        works[platformId][key] = true;
    }
}
