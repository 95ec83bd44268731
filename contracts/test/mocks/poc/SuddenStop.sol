// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The mistake: the consumer takes his escrow back while vouchers are on their way
contract SuddenStop {
    error EscrowTooSmall(uint256 got, uint256 want);

    uint256 public escrow = 1e6;

    function stop() external {
        escrow = 0;
    }

    /// @dev Of a voucher that the consumer did sign.
    function claim(uint256 amount) external {
        if (amount > escrow) revert EscrowTooSmall(escrow, amount);
        escrow -= amount;
    }
}
