// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ITokenVault} from "../../src/interfaces/ITokenVault.sol";
import {ITestDollar, Order, Payment, World} from "../World.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

interface IPushPayer {
    function pay(address token, address[] calldata to, uint256 each) external;
}

interface IDenyDollar {
    function deny(address account) external;
}

interface IBarePermit {
    function pay(address token, address from, uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;
}

interface ITransferAuthorised {
    function deposit(address from, uint256 amount, uint256 validBefore, bytes32 nonce, uint8 v, bytes32 r, bytes32 s)
        external;
    function creditOf(address who) external view returns (uint256);
}

interface ITransferWithAuthorization {
    function TRANSFER_WITH_AUTHORIZATION_TYPEHASH() external view returns (bytes32);
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

interface ICreditOnState {
    function creditIfPaid(address from, uint256 amount, bytes32 nonce) external;
    function creditOf(address who) external view returns (uint256);
}

interface INominalCredit {
    function deposit(uint256 amount) external;
    function withdraw() external;
}

interface IOpenSweep {
    function sweep(address token, address to) external;
}

interface IImmediateModules {
    function deposit(uint256 amount) external;
    function addModule(address module) external;
    function takeCredit(address account, uint256 amount) external;
    function creditOf(address who) external view returns (uint256);
}

/// @title Mistakes of others about money that comes in and goes out
contract VaultPocTest is World {
    address private _ada;
    address private _bob;

    function setUp() public override {
        super.setUp();
        _ada = makeAddr("ada");
        _bob = makeAddr("bob");
    }

    /// @dev GOALS: push payments frozen by a deny-listed receiver.
    function test_poc_pushPaymentsFrozenByADenyListedReceiver() public {
        ITestDollar token = ITestDollar(deploy("DenyDollar.sol:DenyDollar", ""));
        IPushPayer mistaken = IPushPayer(deploy("PushPayer.sol:PushPayer", ""));
        token.faucet(address(mistaken), 20);
        IDenyDollar(address(token)).deny(_ada);
        address[] memory both = new address[](2);
        (both[0], both[1]) = (_ada, _bob);
        vm.expectRevert();
        mistaken.pay(address(token), both, 10); // exploited: nobody is paid any more

        ITokenVault ours = _vaultOf(token);
        token.faucet(address(this), 20);
        token.approve(address(ours), 20);
        ours.deposit(20);
        ours.takeCredit(address(this), 20); // this test is a module of it
        ours.giveCredit(_ada, 10);
        ours.giveCredit(_bob, 10);
        vm.prank(_bob);
        ours.withdraw(_bob, 10);
        assertEq(token.balanceOf(_bob), 10);
        vm.expectRevert();
        vm.prank(_ada);
        ours.withdraw(_ada, 10); // stops himself alone
    }

    /// @dev GOALS: permit front-run (try/catch with an allowance check).
    function test_poc_permitFrontRun() public {
        IBarePermit mistaken = IBarePermit(deploy("BarePermit.sol:BarePermit", ""));
        (uint8 v, bytes32 r, bytes32 s) = _permit(address(mistaken), 10e6);
        uint256 deadline = _now() + 1 hours;
        vm.prank(stranger.addr);
        IERC20Permit(address(dollar)).permit(consumer.addr, address(mistaken), 10e6, deadline, v, r, s);
        vm.expectRevert();
        mistaken.pay(address(dollar), consumer.addr, 10e6, deadline, v, r, s); // exploited: it cannot be used

        (v, r, s) = _permit(address(vault), 10e6);
        vm.prank(stranger.addr);
        IERC20Permit(address(dollar)).permit(consumer.addr, address(vault), 10e6, deadline, v, r, s);
        vm.prank(address(market));
        vault.collect(3, "order", consumer.addr, 10e6, Payment(0, uint40(deadline), abi.encodePacked(r, s, v)));
        assertEq(vault.ledgerOf(address(market)), 10e6);
    }

    /// @dev GOALS: authorisation front-run (receiveWithAuthorization with nonce = order hash).
    function test_poc_authorisationFrontRun() public {
        ITransferAuthorised mistaken =
            ITransferAuthorised(deploy("TransferAuthorised.sol:TransferAuthorised", abi.encode(dollar)));
        ITransferWithAuthorization token = ITransferWithAuthorization(address(dollar));
        (uint8 v, bytes32 r, bytes32 s) =
            _authorise(token.TRANSFER_WITH_AUTHORIZATION_TYPEHASH(), address(mistaken), "nonce");
        uint256 before = _now() + 1 hours;
        vm.prank(stranger.addr); // taken out of the pending transaction
        token.transferWithAuthorization(consumer.addr, address(mistaken), 10e6, 0, before, "nonce", v, r, s);
        vm.expectRevert();
        mistaken.deposit(consumer.addr, 10e6, before, "nonce", v, r, s);
        assertEq(mistaken.creditOf(consumer.addr), 0, "exploited: paid, and credited to nobody");

        Order memory order = _order();
        order.lane = 1;
        bytes32 orderHash = market.hashOrder(order);
        Payment memory payment = _authorisation(consumer, order.amount, orderHash);
        (r, s, v) = _split(payment.signature);
        vm.expectRevert(abi.encodeWithSelector(ITestDollar.CallerMustBePayee.selector, stranger.addr, address(vault)));
        vm.prank(stranger.addr);
        dollar.receiveWithAuthorization(
            consumer.addr, address(vault), order.amount, 0, payment.validBefore, orderHash, v, r, s
        );
        vm.expectRevert(abi.encodeWithSelector(ITestDollar.InvalidAuthorization.selector, consumer.addr));
        vm.prank(address(market));
        vault.collect(1, "another order", consumer.addr, order.amount, payment);
    }

    /// @dev PROTOCOL: never credit from authorizationState; a cancelled authorisation reads as used.
    function test_poc_creditFromAuthorizationState() public {
        ICreditOnState mistaken = ICreditOnState(deploy("CreditOnState.sol:CreditOnState", abi.encode(dollar)));
        _cancel("nonce");
        mistaken.creditIfPaid(consumer.addr, 1_000e6, "nonce");
        assertEq(mistaken.creditOf(consumer.addr), 1_000e6, "exploited: credited for nothing");

        Order memory order = _order();
        order.lane = 1;
        bytes32 orderHash = market.hashOrder(order);
        Payment memory payment = _authorisation(consumer, order.amount, orderHash);
        _cancel(orderHash);
        vm.expectRevert(abi.encodeWithSelector(ITestDollar.AuthorizationAlreadyUsed.selector, consumer.addr, orderHash));
        market.fund(order, payment);
    }

    /// @dev GOALS: fee-on-transfer tokens.
    function test_poc_feeOnTransferTokens() public {
        ITestDollar token = ITestDollar(deploy("FeeDollar.sol:FeeDollar", ""));
        INominalCredit mistaken = INominalCredit(deploy("NominalCredit.sol:NominalCredit", abi.encode(token)));
        address[2] memory both = [_ada, _bob];
        for (uint256 i = 0; i < 2; ++i) {
            token.faucet(both[i], 100);
            vm.startPrank(both[i]);
            token.approve(address(mistaken), 100);
            mistaken.deposit(100);
            vm.stopPrank();
        }
        vm.prank(_ada);
        mistaken.withdraw();
        vm.expectRevert();
        vm.prank(_bob);
        mistaken.withdraw(); // exploited: the last one pays for all

        ITokenVault ours = _vaultOf(token);
        token.faucet(_ada, 100);
        vm.startPrank(_ada);
        token.approve(address(ours), 100);
        vm.expectRevert(abi.encodeWithSelector(ITokenVault.WrongAmountReceived.selector, 99, 100));
        ours.deposit(100);
        vm.stopPrank();
    }

    /// @dev PROTOCOL: a deposit address can only be swept into its Order's escrow or back to the payer.
    function test_poc_depositAddressSweptByAStranger() public {
        IOpenSweep mistaken = IOpenSweep(deploy("OpenSweep.sol:OpenSweep", ""));
        dollar.faucet(address(mistaken), 10e6);
        vm.prank(stranger.addr);
        mistaken.sweep(address(dollar), stranger.addr);
        assertEq(dollar.balanceOf(stranger.addr), 10e6, "exploited");

        bytes32 orderHash = market.hashOrder(_order());
        dollar.faucet(deposits.addressOf(orderHash, consumer.addr, 0), 10e6);
        uint256 before = dollar.balanceOf(consumer.addr);
        vm.startPrank(stranger.addr);
        deposits.refund(orderHash, consumer.addr, 0, address(dollar));
        vm.stopPrank();
        assertEq(dollar.balanceOf(consumer.addr), before + 10e6, "to the payer, whoever calls");
    }

    /// @dev PROTOCOL: a new module waits longer than anyone needs to leave.
    function test_poc_aNewModuleTakesEverybodysMoneyAtOnce() public {
        IImmediateModules mistaken =
            IImmediateModules(deploy("ImmediateModules.sol:ImmediateModules", abi.encode(governor.addr)));
        vm.prank(_ada);
        mistaken.deposit(50e6);
        vm.prank(governor.addr);
        mistaken.addModule(stranger.addr);
        vm.prank(stranger.addr);
        mistaken.takeCredit(_ada, 50e6);
        assertEq(mistaken.creditOf(stranger.addr), 50e6, "exploited");

        _fundCredit(_ada, 50e6);
        vm.prank(governor.addr);
        vault.addModule(stranger.addr);
        vm.expectRevert(abi.encodeWithSelector(ITokenVault.NotModule.selector, stranger.addr));
        vm.prank(stranger.addr);
        vault.takeCredit(_ada, 50e6);
        vm.prank(_ada); // who reads the announcement has all of the delay
        vault.withdraw(_ada, 50e6);
        assertEq(dollar.balanceOf(_ada), 50e6);
    }

    function _vaultOf(ITestDollar token) private returns (ITokenVault) {
        return ITokenVault(
            deploy(
                "TokenVault.sol:TokenVault",
                abi.encode(token, governor.addr, 0, 0, 0, address(1), address(this), address(2), new address[](0))
            )
        );
    }

    function _permit(address spender, uint256 amount) private view returns (uint8 v, bytes32 r, bytes32 s) {
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
                consumer.addr,
                spender,
                amount,
                IERC20Permit(address(dollar)).nonces(consumer.addr),
                uint256(_now() + 1 hours)
            )
        );
        return vm.sign(consumer.key, keccak256(abi.encodePacked(hex"1901", dollar.DOMAIN_SEPARATOR(), structHash)));
    }

    function _authorise(bytes32 typehash, address to, bytes32 nonce)
        private
        view
        returns (uint8 v, bytes32 r, bytes32 s)
    {
        bytes32 structHash = keccak256(abi.encode(typehash, consumer.addr, to, 10e6, 0, _now() + 1 hours, nonce));
        return vm.sign(consumer.key, keccak256(abi.encodePacked(hex"1901", dollar.DOMAIN_SEPARATOR(), structHash)));
    }

    function _cancel(bytes32 nonce) private {
        bytes32 structHash = keccak256(abi.encode(dollar.CANCEL_AUTHORIZATION_TYPEHASH(), consumer.addr, nonce));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", dollar.DOMAIN_SEPARATOR(), structHash));
        dollar.cancelAuthorization(consumer.addr, nonce, signature(consumer.key, digest));
    }

    function _split(bytes memory signed) private pure returns (bytes32 r, bytes32 s, uint8 v) {
        assembly ("memory-safe") {
            r := mload(add(signed, 32))
            s := mload(add(signed, 64))
            v := byte(0, mload(add(signed, 96)))
        }
    }
}
