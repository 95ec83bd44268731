// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title test/mocks/GemmHarness.sol, for tests, which import no implementation
interface IGemmHarness {
    error WrongSize(uint256 got);
    error WrongRowBytes(uint256 got, uint256 want);
    error HashFailed();

    function ofSeed(bytes32 seed, uint256 n, uint32 i, uint32 j) external view returns (int256);
    function packedRow(bytes32 seed, uint8 matrix, uint32 row, uint256 n) external view returns (bytes memory);
    function dot(bytes memory a, bytes memory b) external pure returns (int256);
}
