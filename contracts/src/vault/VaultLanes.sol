// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Payment} from "../interfaces/AssayTypes.sol";
import {IDepositFactory} from "../interfaces/IDepositFactory.sol";
import {IERC3009, IERC3009Bytes} from "../interfaces/IERC3009.sol";
import {IPermit2} from "../interfaces/IPermit2.sol";
import {Lanes} from "../libraries/Lanes.sol";
import {VaultModules} from "./VaultModules.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title How tokens come in: four ways, each bound to one message, and each measured by what arrived
abstract contract VaultLanes is VaultModules {
    using SafeERC20 for IERC20;

    uint256 private constant SIGNATURE_BYTES = 65;

    /// @dev What Permit2 puts after its own members: the witness, its type, and TokenPermissions, sorted by name.
    string private constant ORDER_WITNESS = "Order witness)Order(address consumer,bytes32 specHash,bytes32 offerHash,address matcher,bytes32 deviceClass,"
        "uint32 regions,uint8 grade,uint8 lane,uint96 amount,uint96 priceMax,uint16 feeBpsMax,uint8 attemptsMax,"
        "uint40 orderDeadline,uint32 acceptWindowS,uint32 runWindowS,uint32 reportWindowS,bytes32 resultKey,"
        "address callback,uint32 callbackGas,uint64 salt)TokenPermissions(address token,uint256 amount)";

    address public immutable permit2;
    address public immutable deposits;

    constructor(address permit2_, address deposits_) {
        permit2 = permit2_;
        deposits = deposits_;
    }

    /// @param digest EIP-712 digest of the message, in the domain of the module that collects
    function _receive(
        uint8 lane,
        bytes32 digest,
        bytes32 structHash,
        address from,
        uint256 amount,
        Payment calldata payment
    ) internal {
        if (amount == 0) revert NothingToMove();
        uint256 before = IERC20(token).balanceOf(address(this));
        if (lane == Lanes.EIP3009) {
            _byAuthorisation(digest, from, amount, payment);
        } else if (lane == Lanes.PERMIT2 && permit2 != address(0)) {
            _byPermit2(digest, structHash, from, amount, payment);
        } else if (lane == Lanes.EIP2612) {
            _byPermit(from, amount, payment);
        } else if (lane == Lanes.DEPOSIT && deposits != address(0)) {
            IDepositFactory(deposits).take(digest, from, payment.validBefore, amount);
        } else {
            revert UnsupportedLane(lane);
        }
        _requireReceived(before, amount);
    }

    /// @dev Exactly: so neither a fee on transfer nor money that enters on another way meanwhile is ever credited.
    function _requireReceived(uint256 before, uint256 amount) internal view {
        uint256 received = IERC20(token).balanceOf(address(this)) - before;
        if (received != amount) revert WrongAmountReceived(received, amount);
    }

    /// @dev No try/catch, and no look at authorizationState: a used authorisation may just as well be a cancelled one.
    function _byAuthorisation(bytes32 nonce, address from, uint256 amount, Payment calldata payment) private {
        bytes calldata signature = payment.signature;
        if (signature.length != SIGNATURE_BYTES) {
            IERC3009Bytes(token)
                .receiveWithAuthorization(
                    from, address(this), amount, payment.validAfter, payment.validBefore, nonce, signature
                );
            return;
        }
        IERC3009(token)
            .receiveWithAuthorization(
                from,
                address(this),
                amount,
                payment.validAfter,
                payment.validBefore,
                nonce,
                uint8(signature[64]),
                bytes32(signature[0:32]),
                bytes32(signature[32:64])
            );
    }

    function _byPermit2(bytes32 digest, bytes32 structHash, address from, uint256 amount, Payment calldata payment)
        private
    {
        IPermit2(permit2)
            .permitWitnessTransferFrom(
                IPermit2.PermitTransferFrom(
                    IPermit2.TokenPermissions(token, amount), uint256(digest), payment.validBefore
                ),
                IPermit2.SignatureTransferDetails(address(this), amount),
                from,
                structHash,
                ORDER_WITNESS,
                payment.signature
            );
    }

    /// @dev Whoever hands the permit in first does no harm: the allowance is then there, and it is the message's
    /// signature, which the module checked, that spends it.
    function _byPermit(address from, uint256 amount, Payment calldata payment) private {
        bytes calldata signature = payment.signature;
        if (signature.length < SIGNATURE_BYTES) revert WrongSignatureLength(signature.length, SIGNATURE_BYTES);
        try IERC20Permit(token)
            .permit(
                from,
                address(this),
                amount,
                payment.validBefore,
                uint8(signature[64]),
                bytes32(signature[0:32]),
                bytes32(signature[32:64])
            ) {}
            catch {}
        uint256 allowance = IERC20(token).allowance(from, address(this));
        if (allowance < amount) revert AllowanceTooSmall(from, allowance, amount);
        IERC20(token).safeTransferFrom(from, address(this), amount);
    }
}
