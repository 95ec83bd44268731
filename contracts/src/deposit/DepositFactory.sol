// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDepositFactory} from "../interfaces/IDepositFactory.sol";
import {ITokenVault} from "../interfaces/ITokenVault.sol";
import {DepositAddress} from "./DepositAddress.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title DepositFactory: documented on its interface, IDepositFactory
contract DepositFactory is IDepositFactory {
    address public immutable vault;
    address private immutable _code;

    constructor(address vault_) {
        if (vault_ == address(0)) revert ZeroAddress();
        vault = vault_;
        _code = address(new DepositAddress());
    }

    function addressOf(bytes32 orderHash, address payer, uint40 refundableAt) public view returns (address) {
        return Clones.predictDeterministicAddress(_code, _salt(orderHash, payer, refundableAt));
    }

    function take(bytes32 orderHash, address payer, uint40 refundableAt, uint256 amount) external {
        if (msg.sender != vault) revert NotVault(msg.sender, vault);
        address token = ITokenVault(vault).token();
        address deposit = _deployed(orderHash, payer, refundableAt);
        uint256 waiting = IERC20(token).balanceOf(deposit);
        if (waiting < amount) revert DepositTooSmall(deposit, waiting, amount);
        emit DepositTaken(orderHash, payer, deposit, amount);
        DepositAddress(deposit).send(token, vault, amount);
    }

    function refund(bytes32 orderHash, address payer, uint40 refundableAt, address token)
        external
        returns (uint256 amount)
    {
        if (msg.sender != payer && block.timestamp < refundableAt && token == ITokenVault(vault).token()) {
            revert RefundTooEarly(block.timestamp, refundableAt);
        }
        address deposit = _deployed(orderHash, payer, refundableAt);
        amount = token == address(0) ? deposit.balance : IERC20(token).balanceOf(deposit);
        if (amount == 0) revert NothingToRefund(deposit, token);
        emit DepositRefunded(orderHash, payer, deposit, token, amount);
        DepositAddress(deposit).send(token, payer, amount);
    }

    function _deployed(bytes32 orderHash, address payer, uint40 refundableAt) private returns (address deposit) {
        deposit = addressOf(orderHash, payer, refundableAt);
        if (deposit.code.length == 0) Clones.cloneDeterministic(_code, _salt(orderHash, payer, refundableAt));
    }

    function _salt(bytes32 orderHash, address payer, uint40 refundableAt) private pure returns (bytes32) {
        return keccak256(abi.encode(orderHash, payer, refundableAt));
    }
}
