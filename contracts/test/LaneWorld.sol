// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Order, Payment, World} from "./World.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

interface IWallet {
    function run(address target, bytes calldata data) external;
}

/// @title The World with every payment lane; all signatures are written here from the EIPs
abstract contract LaneWorld is World {
    /// @dev Not the text of src: a change there that wallets would not follow is red here.
    string internal constant ORDER_TYPE = "Order(address consumer,bytes32 specHash,bytes32 offerHash,address matcher,bytes32 deviceClass,uint32 regions,"
        "uint8 grade,uint8 lane,uint96 amount,uint96 priceMax,uint16 feeBpsMax,uint8 attemptsMax,uint40 orderDeadline,"
        "uint32 acceptWindowS,uint32 runWindowS,uint32 reportWindowS,bytes32 resultKey,address callback,"
        "uint32 callbackGas,uint64 salt)";

    function _structHashOf(Order memory order) internal pure returns (bytes32) {
        return keccak256(abi.encode(keccak256(bytes(ORDER_TYPE)), order));
    }

    function _permit2Payment(Account memory from, uint256 amount, bytes32 witness, bytes32 nonce, address spender)
        internal
        returns (Payment memory)
    {
        vm.prank(from.addr);
        dollar.approve(address(permit2), type(uint256).max);
        uint40 deadline = _now() + 1 hours;
        bytes32 permitType = keccak256(
            abi.encodePacked(
                "PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline,"
                "Order witness)",
                ORDER_TYPE,
                "TokenPermissions(address token,uint256 amount)"
            )
        );
        bytes32 permitted =
            keccak256(abi.encode(keccak256("TokenPermissions(address token,uint256 amount)"), address(dollar), amount));
        bytes32 structHash =
            keccak256(abi.encode(permitType, permitted, spender, uint256(nonce), uint256(deadline), witness));
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,uint256 chainId,address verifyingContract)"),
                keccak256("Permit2"),
                block.chainid,
                address(permit2)
            )
        );
        return Payment(0, deadline, signature(from.key, keccak256(abi.encodePacked(hex"1901", domain, structHash))));
    }

    /// @dev The consumer's 65 bytes of permit, then what only the market reads.
    function _permitPayment(uint256 amount, bytes memory tail) internal view returns (Payment memory) {
        uint40 deadline = _now() + 1 hours;
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
                consumer.addr,
                address(vault),
                amount,
                IERC20Permit(address(dollar)).nonces(consumer.addr),
                uint256(deadline)
            )
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", dollar.DOMAIN_SEPARATOR(), structHash));
        return Payment(0, deadline, bytes.concat(signature(consumer.key, digest), tail));
    }
}
