// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title OpenZeppelin's Multicall, as a caller sees it
interface IMulticall {
    function multicall(bytes[] calldata data) external returns (bytes[] memory results);
}
